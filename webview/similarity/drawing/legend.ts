import { significant } from '#protocol/figures.ts';
import { toHex } from '../../color.ts';
import { label } from '../../drawing/label.ts';
import type { Shape } from '../../drawing/shapes.ts';
import { plain } from '../../numbers.ts';
import { t } from '../../strings.ts';
import { divergingColor, type DivergingScale, divergingScale } from '../scale.ts';
import { sliceOf } from '../slices.ts';
import { margin, type Part, type Picture } from './picture.ts';

const steps = 25;
const stepWidth = 4;
/** Of the number at the lower end. */
const room = 28;

/** Both ends of the scale, what it counts, and the largest value where that lies beyond. */
export function legend({ result, slice, palette }: Picture, top: number): Part {
  const scale = divergingScale(sliceOf(result, slice));
  const start = margin + room;
  const ramp = Array.from({ length: steps }, (_, index): Shape => {
    const value = scale.top * ((2 * index) / (steps - 1) - 1);
    const box = { x: start + index * stepWidth, y: top, width: stepWidth + 0.2, height: 8 };
    return { kind: 'box', box, fill: toHex(divergingColor(value, scale, palette)) };
  });
  const low = label(palette, start - 4, top + 7, `\u2212${plain(scale.top)}`, 'end');
  const high = label(palette, start + steps * stepWidth + 4, top + 7, endText(scale));
  return { shapes: [low, ...ramp, high], bottom: top + 14 };
}

function endText({ top, beyond, of }: DivergingScale): string {
  const unit = of === 'z' ? 'z' : t('cosine');
  if (beyond === null) return `${plain(top)}\u2003${unit}`;
  return `${plain(top)}\u2003${unit}, ${t('the largest ±{0}', significant(beyond))}`;
}
