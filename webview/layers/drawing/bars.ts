import { toHex } from '../../color.ts';
import type { Palette } from '../../theme.ts';
import { layerStacks, type Stack, stacked } from '../layerStacks.ts';
import { valueText } from '../reading.ts';
import { label } from '../../drawing/label.ts';
import { labels, margin, type Part, type Picture } from './picture.ts';
import type { Box, Shape } from '../../drawing/shapes.ts';

const height = 64;

/** One bar a layer, stacked by group, under the largest value. */
export function bars({ grid, numbers, palette, width }: Picture, y: number): Part {
  const stacks = layerStacks(grid, numbers);
  if (stacks.length === 0) return { shapes: [], bottom: y };
  const top = stacks.reduce(
    (most, { reading }) => Math.max(most, reading.kind === 'known' ? reading.value : 0),
    0,
  );
  const x = margin + labels;
  const whole = width - margin - x;
  const step = whole / stacks.length;
  const boxOf = (layer: number): Box => ({
    x: x + layer * step,
    y,
    width: step - Math.min(2, step / 5),
    height,
  });
  const shapes = [
    label(palette, x - 4, y + 7, valueText(top, numbers.metric), 'end'),
    label(palette, x - 4, y + height, '0', 'end'),
    {
      kind: 'box',
      box: { x, y: y + height, width: whole, height: 0.5 },
      fill: toHex(palette.border),
    } as const,
    ...stacks.flatMap((stack) => bar(stack, boxOf(stack.layer), top, palette)),
  ];
  return { shapes, bottom: y + height };
}

function bar({ reading, parts }: Stack, box: Box, top: number, palette: Palette): Shape[] {
  if (reading.kind !== 'known') return [{ kind: 'hatch', box, stroke: toHex(palette.border) }];
  let bottom = box.y + box.height;
  return parts.map(({ group, share }) => {
    const height = (box.height * reading.value * share) / top;
    bottom -= height;
    const fill = palette.series[stacked.indexOf(group)] ?? palette.accent;
    return { kind: 'box', box: { ...box, y: bottom, height }, fill: toHex(fill) };
  });
}
