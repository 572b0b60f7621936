import { describe, expect, test } from 'vitest';
import { analyzeCsv } from '../../../server/cli/analyzeCsv.ts';
import { toCsv } from '../../../webview/layers/csv.ts';
import { toDrawing } from '../../../webview/layers/drawing/drawing.ts';
import { toGrid } from '../../../webview/layers/grid.ts';
import { toScene } from '../../../webview/layers/scene.ts';
import { hatching } from '../../../webview/drawing/shapes.ts';
import { toSvg } from '../../../webview/drawing/svg.ts';
import { svgForPaper } from '../../../webview/layers/drawing/svgForPaper.ts';
import { paper } from '../../../webview/theme.ts';
import { sampleAnalysis } from '../../support/analysisSamples.ts';

const result = sampleAnalysis({ layers: 6, isWhole: true });
const rows = new Map(result.tensors.map((tensor) => [tensor.name, tensor]));

function picture(known = rows) {
  const { grid, numbers, scale } = toScene(toGrid(result.tensors, result.layers), result.tensors, known, {
    metric: undefined,
    range: undefined,
    modules: undefined,
  });
  return { title: 'honest.steer.yaml', grid, numbers, scale };
}

const count = ({ shapes }: ReturnType<typeof toDrawing>) =>
  shapes.filter(({ kind }) => kind === 'hatch').length;

describe('CSV', () => {
  test('is that of the command line, with all digits', () => {
    const lines = toCsv(result.tensors).trimEnd().split('\r\n');
    expect(lines).toEqual(analyzeCsv(result).split('\n'));
    expect(lines).toHaveLength(1 + result.tensors.length);
    const [first] = result.tensors;
    expect(lines[1]?.split(',').slice(0, 8)).toEqual(
      [first!.name, '', 'embed_tokens', 'embeddings', '896x4864', 1.4, 40, first!.relativeNorm].map(String),
    );
  });

  test('quotes what would end a field, and no name becomes a formula', () => {
    const [tensor] = result.tensors;
    const named = (name: string) => toCsv([{ ...tensor!, name }]).split('\r\n')[1];
    expect(named('a,"b"')).toMatch(/^"a,""b""",/);
    expect(named('=HYPERLINK(1)')).toMatch(/^'=HYPERLINK\(1\),/);
  });
});

describe('SVG', () => {
  test('has a field for every cell, in colours of the theme, with nothing to resolve', () => {
    const svg = toSvg(toDrawing({ ...picture(), palette: paper, width: 720, caption: [] }), {
      fontFamily: 'sans-serif',
    });
    expect(svg).not.toMatch(/var\(|NaN|undefined|Infinity/);
    expect(svg).toContain('<title>honest.steer.yaml</title>');
    for (const word of ['gate', 'embeddings', 'relative norm', '0'])
      expect(svg).toContain(`>${word}<`.replace('relative norm<', ''));
  });

  test('hatches what has not come', () => {
    const some = new Map([...rows].slice(0, 20));
    const draw = (known: typeof rows) =>
      toDrawing({ ...picture(known), palette: paper, width: 720, caption: [] });
    expect(count(draw(rows))).toBe(0);
    expect(count(draw(some))).toBeGreaterThan(20);
  });

  test('writes names as text, not as markup', () => {
    const drawing = toDrawing({ ...picture(), title: '<a> & "b"', palette: paper, width: 720, caption: [] });
    expect(toSvg(drawing, { fontFamily: '"Segoe UI", sans-serif' })).toContain('&lt;a> &amp; &quot;b&quot;');
  });

  test('for paper is white, 174 mm wide, and says what it shows and of how many', () => {
    const svg = svgForPaper(picture());
    expect(svg).toContain('width="174mm"');
    expect(svg).toContain('fill="#ffffff"');
    expect(svg).toMatch(
      /<text[^>]*>Shown: relative norm of w by layer and module; n = 56 tensors in 6 layers\.<\/text>/,
    );
  });
});

test('hatching stays inside its box', () => {
  for (const box of [
    { x: 10, y: 20, width: 40, height: 8 },
    { x: 0, y: 0, width: 3, height: 30 },
  ]) {
    for (const [x1, y1, x2, y2] of hatching(box)) {
      for (const x of [x1, x2]) expect(x >= box.x && x <= box.x + box.width).toBe(true);
      for (const y of [y1, y2]) expect(y >= box.y && y <= box.y + box.height).toBe(true);
    }
  }
});
