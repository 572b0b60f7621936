import { significant } from '#protocol/figures.ts';
import { plain } from '../numbers.ts';
import { t } from '../strings.ts';
import type { Board } from './board.ts';

const levels = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];

interface Props {
  readonly board: Board;
  readonly isKnown: boolean;
}

/** What the colours and marks mean, with both ends of the scale in numbers. */
export function Legend({ board: { rows, scale, controls }, isKnown }: Props) {
  const fields = rows.flat();
  const hasHatched = fields.some(({ isSelf, cosine }) => !isSelf && cosine === null);
  const hasFlag = fields.some((field) => field.hasFlag);
  return (
    <div class="legend">
      {isKnown && (
        <span class="legend-scale">
          <span>−{plain(scale.top)}</span>
          <span class="legend-ramp" aria-hidden="true">
            {levels.map((value) => (
              <span
                class={value < 0 ? 'cell-mark below' : 'cell-mark'}
                key={value}
                style={{ '--level': Math.abs(value) }}
              />
            ))}
          </span>
          <span>{plain(scale.top)}</span>
          <span>{scale.of === 'z' ? 'z' : t('cosine')}</span>
        </span>
      )}
      {isKnown && scale.beyond !== null && <span>{t('the largest is ±{0}', significant(scale.beyond))}</span>}
      {hasHatched && (
        <span class="legend-item">
          <span class="cell-mark hatched" aria-hidden="true" /> {t('not known, or not yet')}
        </span>
      )}
      {hasFlag && (
        <span class="legend-item">
          <span class="cell-mark flagged" aria-hidden="true" /> {t('with a warning')}
        </span>
      )}
      {controls.length > 0 && <span>{controlsText(controls)}</span>}
    </div>
  );
}

function controlsText(controls: readonly string[]): string {
  const list = controls.map((name, index) => `${String.fromCodePoint(97 + (index % 26))} ${name}`);
  return t('controls: {0}', list.join(', '));
}
