import { describe, expect, test } from 'vitest';
import { toSvg } from '../../../webview/drawing/svg.ts';
import { toDrawing } from '../../../webview/spectrum/drawing/drawing.ts';
import { spectrumCaption } from '../../../webview/spectrum/drawing/spectrumCaption.ts';
import { type Frame, svgForPaper } from '../../../webview/spectrum/exporting.ts';
import { countOf, energyPlot, nearestLine, placeAt, sigmaPlot } from '../../../webview/spectrum/plot.ts';
import { seriesOf } from '../../../webview/spectrum/series.ts';
import { paper } from '../../../webview/theme.ts';
import { finishedRun, withValues } from './spectrumSamples.ts';

const name = 'model.layers.1.mlp.down_proj.weight';
const choice = { kind: 'module', module: 'mlp/down_proj', layer: 1 } as const;
const all = { ...choice, layer: null };
const having = (direction: string, values: readonly number[]) => ({
  name: direction,
  run: finishedRun(withValues(name, values)),
});
const of = (values: readonly number[]) => seriesOf([having('w', values)], choice);
const size = { width: 400, height: 240 };
const ys = (axis: 'log' | 'linear', values: readonly number[]) =>
  sigmaPlot(of(values), axis, size).lines[0]!.points.map(([, y]) => y);
const texts = (values: readonly number[]) => sigmaPlot(of(values), 'log', size).up.map(({ text }) => text);

describe('plots', () => {
  test('on a logarithmic axis equal ratios are equal steps, on a linear one equal differences', () => {
    const [a, b, c] = ys('log', [1, 0.1, 0.01]);
    expect(b! - a!).toBeCloseTo(c! - b!, 9);
    expect(b! - a!).toBeGreaterThan(0);
    const [d, e, f] = ys('linear', [3, 2, 1]);
    expect(e! - d!).toBeCloseTo(f! - e!, 9);
    expect(e! - d!).toBeGreaterThan(0);
  });

  test('a logarithmic axis has powers of ten, and finer ticks where there are not two of them', () => {
    expect(texts([2, 0.5, 0.02])).toEqual(['0.1', '1']);
    expect(texts([4, 3, 1.5])).toEqual(['2', '5']);
    expect(texts([1, 1e-5])).toEqual(['1e−4', '0.01', '1']);
  });

  test('energy ends at all of it, and is marked at ranks 1, 8 and where 90 % is reached', () => {
    const plot = energyPlot(of(Array.from({ length: 12 }, () => 1)), size);
    const last = plot.lines[0]!.points.at(-1);
    expect(last![1]).toBeCloseTo(plot.inside.y, 9);
    const places = plot.marks.map(({ at: [x] }) => placeAt(plot, x, 12));
    expect(places.toSorted((a, b) => a - b)).toEqual([1, 8, 11]);
    expect(plot.level).toBeCloseTo(plot.inside.y + 0.1 * plot.inside.height, 9);
  });

  test('more lines than can be told apart have no marks', () => {
    const honest = { name: 'w', run: finishedRun() };
    const nine = seriesOf([honest, honest, honest], all);
    expect(energyPlot(nine, size).marks).toEqual([]);
    expect(energyPlot(nine, size).lines).toHaveLength(9);
  });

  test('a pixel is the nearest place and line, and never one that there is not', () => {
    const series = of([4, 2, 1]);
    const plot = sigmaPlot(series, 'log', size);
    expect(countOf(series)).toBe(3);
    expect([-50, plot.xOf(2) + 3, 9999].map((x) => placeAt(plot, x, 3))).toEqual([1, 2, 3]);
    const two = seriesOf([having('a', [4]), having('b', [1, 0.5])], choice);
    const both = sigmaPlot(two, 'linear', size);
    expect(nearestLine(both, 1, both.inside.y)).toBe(two[0]!.key);
    expect(nearestLine(both, 2, both.inside.y)).toBe(two[1]!.key);
    expect(nearestLine(both, 3, 0)).toBeUndefined();
  });

  test('nothing to draw, one value and zeros alone are no reason to fail', () => {
    for (const values of [[], [2], [0, 0]]) {
      for (const axis of ['log', 'linear'] as const) {
        const plots = [sigmaPlot(of(values), axis, size), energyPlot(of(values), size)];
        const numbers = plots.flatMap(({ lines, up, across }) => [
          ...lines.flatMap(({ points }) => points.flat()),
          ...[...up, ...across].map(({ at }) => at),
        ]);
        expect(numbers.every(Number.isFinite), `${axis} of ${JSON.stringify(values)}`).toBe(true);
      }
    }
  });
});

describe('files', () => {
  const honest = { name: 'honest', run: finishedRun() };
  const series = seriesOf([honest, { ...honest, name: 'sea & sky' }], all);
  const picture = { title: 'honest', series, choice: all, axis: 'log' } as const;
  const content = {
    draw: (frame: Frame) => toDrawing({ ...frame, ...picture }),
    caption: () => spectrumCaption(picture),
  };

  test.each([84, 174] as const)('SVG for paper is %i mm wide, white, and says n and how exact', (width) => {
    const svg = svgForPaper(content, width);
    expect(svg).toContain(`width="${width}mm"`);
    expect(svg).toContain('<rect width="100%" height="100%" fill="#ffffff"/>');
    expect(svg).not.toMatch(/var\(|NaN|undefined|Infinity/);
    const words = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text).join(' ');
    expect(words).toContain('Singular values of 2 directions, 3 tensors each; n = 192 singular values.');
    expect(words).toContain('log axis');
    expect(words).toContain('One line a layer, from the first (faint) to the last (strong).');
    expect(words).toContain('Exact up to rounding; nothing is drawn at random.');
    expect(words).toContain('sea &amp; sky, layer 2, down_proj');
  });

  test('the caption of a randomised spectrum has its seeds', () => {
    const drawnAtRandom = series.map(({ row, ...one }) => ({
      ...one,
      row: row && ({ ...row, spectrum: 'randomised' } as const),
    }));
    const caption = spectrumCaption({ ...picture, series: drawnAtRandom }).join(' ');
    expect(caption).toContain('What is randomised starts from seed 0, and its bound from seed 1.');
    expect(caption).not.toContain('nothing is drawn at random');
  });

  test('lines of a second direction differ without colour too', () => {
    const lines = svgForPaper(content, 174).matchAll(/stroke-width="1.25"(?: stroke-dasharray="([\d ]+)")?/g);
    expect(new Set([...lines].map(([, dash]) => dash))).toEqual(new Set([undefined, '6 3']));
  });

  test.each([238, 493, 720])('all that is drawn lies within %i pixels', (width) => {
    const drawing = toDrawing({ ...picture, palette: paper, width, caption: [] });
    const points = drawing.shapes.flatMap((shape) => {
      if (shape.kind === 'line') return shape.points;
      return 'box' in shape ? [[shape.box.x, shape.box.y] as const] : [[shape.x, shape.y] as const];
    });
    expect(points.length).toBeGreaterThan(6 * 32);
    const isInside = ([x, y]: readonly [number, number]) =>
      x >= 0 && x <= width && y >= 0 && y <= drawing.height;
    expect(points.every(isInside)).toBe(true);
    expect(toSvg(drawing, { fontFamily: 'Arial' })).toContain('<polyline points=');
  });
});
