import { t } from '../strings.ts';
import type { ColorScale } from './colorScale.ts';
import { metricName } from './names.ts';
import { type Numbers, scaleEnd } from './reading.ts';

interface Props {
  readonly scale: ColorScale;
  readonly numbers: Numbers;
  /** Whether something is drawn that is not a number. */
  readonly hasHatched: boolean;
  readonly hasBlank: boolean;
}

/** What the colours mean, with both ends of the scale in numbers. */
export function Legend({ scale, numbers, hasHatched, hasBlank }: Props) {
  return (
    <div class="legend">
      <span class="legend-scale">
        <span class="legend-end">0</span>
        <span class="legend-ramp" aria-hidden="true">
          {[0, 0.2, 0.4, 0.6, 0.8, 1].map((level) => (
            <span class="cell-mark" key={level} style={{ '--level': level }} />
          ))}
        </span>
        <span class="legend-end">{scaleEnd(scale, numbers)}</span>
      </span>
      <span>{metricName(numbers.metric)}</span>
      {hasHatched && (
        <span class="legend-item">
          <span class="cell-mark hatched" aria-hidden="true" /> {t('not known, or not yet')}
        </span>
      )}
      {hasBlank && (
        <span class="legend-item">
          <span class="cell-mark blank" aria-hidden="true" /> {t('no change')}
        </span>
      )}
    </div>
  );
}
