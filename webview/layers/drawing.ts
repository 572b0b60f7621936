import { type Color, mix, toHex } from '../color.ts';
import type { Palette } from '../theme.ts';
import { type ColorScale, level } from './colorScale.ts';
import type { Cell, Grid } from './grid.ts';
import { layerStacks, type Stack, stacked } from './layerStacks.ts';
import { groupName, metricName, shortModule } from './names.ts';
import { type Numbers, readCell, roundText, valueText } from './reading.ts';
import type { Box, Drawing, Shape } from './shapes.ts';

/** All that a picture outside VS Code is made of. */
export interface Picture {
  readonly title: string;
  readonly grid: Grid;
  readonly numbers: Numbers;
  readonly scale: ColorScale;
  readonly palette: Palette;
  /** In pixels; heights follow from it. */
  readonly width: number;
  /** Under the picture, one line each. */
  readonly caption: readonly string[];
}

const margin = 12;
const small = 9;
const line = 13;
/** Of the layers' numbers, left of the picture. */
const labels = 28;
const barsHeight = 64;

/** Bars, heat map, what stands apart, and the legend, from top to bottom. */
export function toDrawing(picture: Picture): Drawing {
  const { palette, title, width, caption } = picture;
  const text = writer(palette);
  const bars = { x: margin + labels, y: margin + 22, width: width - 2 * margin - labels, height: barsHeight };
  const map = heatMap(picture, bars.y + bars.height + 24);
  const rest = apart(picture, map.bottom + 10);
  const key = legend(picture, rest.bottom + 14);
  const lines = caption.map((words, index) =>
    text(margin, key.bottom + (index + 1) * line, words, 'start', small),
  );
  const height = key.bottom + caption.length * line + margin;
  const heading: Shape = {
    ...text(margin, margin + 9, title, 'start', 11),
    fill: toHex(palette.foreground),
    isBold: true,
  };
  const shapes = [
    heading,
    ...layerBars(picture, bars),
    ...map.shapes,
    ...rest.shapes,
    ...key.shapes,
    ...lines,
  ];
  return { width, height, background: toHex(palette.background), title, shapes };
}

interface Part {
  readonly shapes: readonly Shape[];
  readonly bottom: number;
}

function layerBars({ grid, numbers, palette }: Picture, { x, y, width, height }: Box): Shape[] {
  const stacks = layerStacks(grid, numbers);
  const known = stacks.map(({ reading }) => (reading.kind === 'known' ? reading.value : 0));
  const top = known.reduce((a, b) => Math.max(a, b), 0);
  const step = width / Math.max(1, stacks.length);
  const text = writer(palette);
  const bar = (stack: Stack): Shape[] => {
    const box = { x: x + stack.layer * step, y, width: Math.max(0.5, step - Math.min(2, step / 5)), height };
    if (stack.reading.kind !== 'known') return [{ kind: 'hatch', box, stroke: toHex(palette.border) }];
    return stackedBoxes(stack, box, top === 0 ? 0 : stack.reading.value / top, palette);
  };
  return [
    text(x - 4, y + 7, valueText(top, numbers.metric), 'end', small - 1),
    text(x - 4, y + height, '0', 'end', small - 1),
    { kind: 'box', box: { x, y: y + height, width, height: 0.5 }, fill: toHex(palette.border) },
    ...stacks.flatMap(bar),
  ];
}

function stackedBoxes(
  { parts }: Stack,
  { x, y, width, height }: Box,
  share: number,
  palette: Palette,
): Shape[] {
  let bottom = y + height;
  return parts.map((part) => {
    const tall = height * share * part.share;
    bottom -= tall;
    const fill = palette.series[stacked.indexOf(part.group)] ?? palette.accent;
    return { kind: 'box', box: { x, y: bottom, width, height: tall }, fill: toHex(fill) };
  });
}

function heatMap({ grid, numbers, scale, palette, width }: Picture, top: number): Part {
  const text = writer(palette);
  const rowHeight = Math.max(4, Math.min(14, 560 / Math.max(1, grid.layers.length)));
  const every = labelEvery(grid.layers.length, rowHeight);
  const step = (width - 2 * margin - labels) / Math.max(1, grid.columns.length);
  const heads = grid.columns.map(({ module }, index) =>
    text(margin + labels + (index + 0.5) * step, top - 4, shortModule(module), 'middle', small),
  );
  const rows = grid.layers.flatMap((cells, layer) => {
    const y = top + layer * rowHeight;
    const label =
      layer % every === 0
        ? [text(margin + labels - 4, y + rowHeight / 2 + 3, String(layer), 'end', small)]
        : [];
    const boxes = cells.map((cell, index) => {
      const box = {
        x: margin + labels + index * step,
        y,
        width: step - 1,
        height: rowHeight - Math.min(1, rowHeight / 8),
      };
      return field(cell, box, { numbers, scale, palette });
    });
    return [...label, ...boxes];
  });
  return { shapes: [...heads, ...rows], bottom: top + grid.layers.length * rowHeight };
}

/** So that numbers of layers do not touch. */
function labelEvery(layers: number, rowHeight: number): number {
  return [1, 2, 4, 8, 16, 32].find((every) => every * rowHeight >= 12 || every > layers) ?? 64;
}

function apart({ grid, numbers, scale, palette }: Picture, top: number): Part {
  if (grid.apart.length === 0) return { shapes: [], bottom: top };
  const text = writer(palette);
  const shapes = grid.apart.flatMap((cell, index) => {
    const x = margin + labels + index * 110;
    const box = { x, y: top, width: 28, height: 14 };
    return [
      field(cell, box, { numbers, scale, palette }),
      text(x + 33, top + 10, groupName(cell.group), 'start', small),
    ];
  });
  return { shapes, bottom: top + 14 };
}

/** One field of the heat map; where there is no cell, w is zero. */
function field(
  cell: Cell | undefined,
  box: Box,
  { numbers, scale, palette }: Pick<Picture, 'numbers' | 'scale' | 'palette'>,
): Shape {
  const stroke = toHex(palette.border);
  if (cell === undefined) return { kind: 'box', box, fill: toHex(palette.background), stroke };
  const reading = readCell(cell, numbers);
  if (reading.kind !== 'known') return { kind: 'hatch', box, stroke };
  const fill = mix(palette.background, palette.accent, level(reading.value, scale));
  return { kind: 'box', box, fill: toHex(fill), stroke };
}

function legend({ scale, numbers, palette, grid }: Picture, top: number): Part {
  const text = writer(palette);
  const steps = 24;
  const start = margin + labels + 12;
  const ramp = Array.from({ length: steps }, (_, index): Shape => {
    const fill = mix(palette.background, palette.accent, index / (steps - 1));
    return { kind: 'box', box: { x: start + index * 5, y: top, width: 5.2, height: 8 }, fill: toHex(fill) };
  });
  const end = start + steps * 5 + 4;
  const words = `${scaleEnd(scale, numbers)}  ${metricName(numbers.metric)}`;
  const groups = stacked.filter((group) => grid.columns.some((column) => column.group === group));
  const keys = groups.flatMap((group, index): Shape[] => {
    const x = start + index * 80;
    const color: Color = palette.series[stacked.indexOf(group)] ?? palette.accent;
    return [
      { kind: 'box', box: { x, y: top + 16, width: 8, height: 8 }, fill: toHex(color) },
      text(x + 12, top + 23, groupName(group), 'start', small),
    ];
  });
  return {
    shapes: [
      text(start - 4, top + 7, '0', 'end', small),
      ...ramp,
      text(end, top + 7, words, 'start', small),
      ...keys,
    ],
    bottom: top + 30,
  };
}

function scaleEnd({ top, beyond }: ColorScale, { metric }: Numbers): string {
  return beyond === null
    ? roundText(top, metric)
    : `≥ ${roundText(top, metric)} (${valueText(beyond, metric)})`;
}

function writer({ muted }: Palette) {
  return (x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end', size: number) =>
    ({ kind: 'text', x, y, text, size, fill: toHex(muted), anchor }) as const;
}
