import { describe, expect, test } from 'vitest';
import { shortened, wrapped } from '../../../webview/drawing/wrapped.ts';
import { toDrawing } from '../../../webview/similarity/drawing/drawing.ts';
import { svgForPaper } from '../../../webview/similarity/drawing/svgForPaper.ts';
import { paper } from '../../../webview/theme.ts';
import { sampleSimilarity } from '../../support/similaritySamples.ts';

const result = sampleSimilarity(5);
const picture = { title: 'Similarity', result, slice: { kind: 'all' }, order: [0, 1, 2, 3, 4] } as const;

function fields(order: readonly number[]) {
  const { shapes } = toDrawing({ ...picture, order, palette: paper, width: 720, caption: [] });
  return shapes.filter(
    (shape) => shape.kind === 'hatch' || (shape.kind === 'box' && shape.stroke !== undefined),
  );
}

/** Numbers of the fields that are framed as having a warning. */
function places(order: readonly number[]): readonly number[] {
  return fields(order).flatMap((shape, index) =>
    shape.kind === 'box' && shape.stroke === '#000000' ? [index] : [],
  );
}

describe('the matrix', () => {
  test('has a field for each pair on both sides, hatched where nothing is known', () => {
    expect(fields(picture.order)).toHaveLength(20);
    expect(fields(picture.order).filter(({ kind }) => kind === 'hatch')).toHaveLength(8);
  });

  test('frames the pair with a warning, wherever the order puts it', () => {
    expect(places(picture.order)).toEqual([0, 4]);
    expect(places(result.clustered)).toEqual([15, 19]);
  });
});

describe('SVG for paper', () => {
  test.each([84, 174] as const)(
    'is %i mm wide and white, and says n, the null and that it has no seed',
    (millimetres) => {
      const svg = svgForPaper(picture, millimetres);
      expect(svg).toContain(`width="${millimetres}mm"`);
      expect(svg).toContain('<rect width="100%" height="100%" fill="#ffffff"/>');
      expect(svg).not.toMatch(/var\(|NaN|undefined|Infinity/);
      const words = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text).join(' ');
      expect(words).toContain('Similarity over the whole model; n = 5 subjects.');
      expect(words).toContain(
        'with random directions of the same norms and singular values; over all pairs of the whole model that is 0.0100.',
      );
      expect(words).toContain('σ is computed, as of infinitely many draws: no seed.');
    },
  );

  test('all that is drawn lies within its width, with 64 subjects too', () => {
    const many = sampleSimilarity(64);
    const drawing = toDrawing({
      ...picture,
      result: many,
      order: many.clustered,
      palette: paper,
      width: 238,
      caption: [],
    });
    const boxes = drawing.shapes.flatMap((shape) => ('box' in shape ? [shape.box] : []));
    expect(boxes.length).toBeGreaterThan(64 * 63);
    expect(boxes.every(({ x, width }) => x >= 0 && x + width <= 238)).toBe(true);
    expect(boxes.every(({ y, height }) => y >= 0 && y + height <= drawing.height)).toBe(true);
  });
});

test('text is broken between words and names are cut in the middle', () => {
  expect(wrapped('one two three', 40)).toEqual(['one two', 'three']);
  expect(wrapped('incomprehensible it', 20)).toEqual(['incomprehensible', 'it']);
  expect(shortened('honest-1', 40)).toBe('honest-1');
  expect(shortened('honest-12', 35)).toBe('hon…-12');
});
