import { type Color, mix, toHex } from '../../color.ts';
import { label } from '../../drawing/label.ts';
import type { Point, Shape } from '../../drawing/shapes.ts';
import type { Palette } from '../../theme.ts';
import type { Plot } from '../plot.ts';
import type { Series } from '../series.ts';
import { dashes } from './picture.ts';

/** One plot with its axes, its lines and its heading, from this corner on. */
export function figure(plot: Plot, heading: string, palette: Palette, [left, top]: Point): readonly Shape[] {
  const moved = ([x, y]: Point): Point => [left + x, top + y];
  const { inside, up, across, lines, marks, level, height } = plot;
  const right = inside.x + inside.width;
  const axis = (y: number, width: number, dash: readonly number[]): Shape => ({
    kind: 'line',
    points: [moved([inside.x, y]), moved([right, y])],
    stroke: toHex(palette.border),
    width,
    ...(dash.length === 0 ? {} : { dash }),
  });
  return [
    label(palette, left, top - 4, heading),
    ...up.flatMap(({ at, text }) => [
      axis(at, 0.5, []),
      label(palette, left + inside.x - 5, top + at + 3, text, 'end'),
    ]),
    ...across.map(({ at, text }) => label(palette, left + at, top + height - 6, text, 'middle')),
    ...(level === undefined ? [] : [axis(level, 0.75, [1, 2])]),
    ...lines.map((line): Shape => drawn(line.points.map(moved), line, palette)),
    ...marks.map(({ color, at }): Shape => dot(moved(at), toHex(colorOf({ color, shade: 1 }, palette)))),
  ];
}

/** A short line as in the figures, for a legend. */
export function key(series: Series, palette: Palette, [x, y]: Point): Shape {
  return drawn(
    [
      [x, y],
      [x + 18, y],
    ],
    series,
    palette,
  );
}

function drawn(points: readonly Point[], line: Pick<Series, 'color' | 'shade'>, palette: Palette): Shape {
  const stroke = toHex(colorOf(line, palette));
  const [only] = points;
  if (points.length === 1 && only !== undefined) return dot(only, stroke);
  const dash = dashes[line.color] ?? [];
  return { kind: 'line', points, stroke, width: 1.25, ...(dash.length === 0 ? {} : { dash }) };
}

function dot([x, y]: Point, fill: string): Shape {
  return { kind: 'box', box: { x: x - 2, y: y - 2, width: 4, height: 4 }, fill };
}

/** From a third of the way, which can still be seen, to the colour of the series. */
function colorOf({ color, shade }: Pick<Series, 'color' | 'shade'>, palette: Palette): Color {
  return mix(palette.background, palette.series[color] ?? palette.accent, (1 + shade) / 2);
}
