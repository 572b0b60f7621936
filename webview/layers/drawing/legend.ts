import { mix, toHex } from '../../color.ts';
import { stacked, stackedGroups } from '../layerStacks.ts';
import { groupName } from '../../moduleNames.ts';
import { metricName } from '../names.ts';
import { scaleEnd } from '../reading.ts';
import { label } from '../../drawing/label.ts';
import { itemAt, labels, margin, type Part, type Picture } from './picture.ts';
import { wrapped } from '../../drawing/wrapped.ts';
import type { Shape } from '../../drawing/shapes.ts';

const steps = 24;
const stepWidth = 5;

/** Both ends of the scale, what it is of, and the colours of the bars. */
export function legend(picture: Picture, top: number): Part {
  const { palette, grid, width } = picture;
  const start = margin + labels;
  const rampEnd = start + steps * stepWidth + 4;
  const ramp = Array.from({ length: steps }, (_, index): Shape => {
    const fill = toHex(mix(palette.background, palette.accent, index / (steps - 1)));
    return {
      kind: 'box',
      box: { x: start + index * stepWidth, y: top, width: stepWidth + 0.2, height: 8 },
      fill,
    };
  });
  const [beside, below] = endTexts(picture, width - margin - rampEnd);
  const under = wrapped(below, width - margin - start).filter((text) => text !== '');
  const words = [
    label(palette, rampEnd, top + 7, beside),
    ...under.map((text, index) => label(palette, start, top + 19 + index * 12, text)),
  ];
  const keysTop = top + 16 + under.length * 12;
  const keys = stackedGroups(grid).map((group, index) => ({ group, ...itemAt(index, 80, picture) }));
  const named = keys.flatMap(({ group, x, row }): Shape[] => {
    const y = keysTop + row * 12;
    const fill = toHex(palette.series[stacked.indexOf(group)] ?? palette.accent);
    const box = { x, y, width: 8, height: 8 };
    return [{ kind: 'box', box, fill }, label(palette, x + 12, y + 7, groupName(group))];
  });
  const zero = label(palette, start - 4, top + 7, '0', 'end');
  return { shapes: [zero, ...ramp, ...words, ...named], bottom: keysTop + 10 + (keys.at(-1)?.row ?? 0) * 12 };
}

/** The upper end and what the scale is of, as much of it as these pixels hold; and the rest, for the lines below. */
function endTexts({ scale, numbers }: Picture, room: number): readonly [beside: string, below: string] {
  const end = scaleEnd(scale, numbers);
  const name = metricName(numbers.metric);
  const fits = (text: string) => wrapped(text, room).length === 1;
  if (fits(`${end} ${name}`)) return [`${end}\u2003${name}`, ''];
  return fits(end) ? [end, name] : ['', `${end}, ${name}`];
}
