import { mix, toHex } from '../../color.ts';
import { stacked, stackedGroups } from '../layerStacks.ts';
import { groupName } from '../../moduleNames.ts';
import { metricName } from '../names.ts';
import { scaleEnd } from '../reading.ts';
import { label } from '../../drawing/label.ts';
import { labels, margin, type Part, type Picture } from './picture.ts';
import type { Shape } from '../../drawing/shapes.ts';

const steps = 24;
const stepWidth = 5;

/** Both ends of the scale, what it is of, and the colours of the bars. */
export function legend({ scale, numbers, palette, grid }: Picture, top: number): Part {
  const start = margin + labels;
  const ramp = Array.from({ length: steps }, (_, index): Shape => {
    const fill = toHex(mix(palette.background, palette.accent, index / (steps - 1)));
    return {
      kind: 'box',
      box: { x: start + index * stepWidth, y: top, width: stepWidth + 0.2, height: 8 },
      fill,
    };
  });
  const end = `${scaleEnd(scale, numbers)}\u2003${metricName(numbers.metric)}`;
  const groups = stackedGroups(grid);
  const keys = groups.flatMap((group, index): Shape[] => {
    const x = start + index * 80;
    const fill = toHex(palette.series[stacked.indexOf(group)] ?? palette.accent);
    const box = { x, y: top + 16, width: 8, height: 8 };
    return [{ kind: 'box', box, fill }, label(palette, x + 12, top + 23, groupName(group))];
  });
  const zero = label(palette, start - 4, top + 7, '0', 'end');
  const words = label(palette, start + steps * stepWidth + 4, top + 7, end);
  return { shapes: [zero, ...ramp, words, ...keys], bottom: top + 26 };
}
