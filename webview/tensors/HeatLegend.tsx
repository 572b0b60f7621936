import { significant } from '#protocol/figures.ts';
import { plain } from '../numbers.ts';
import { t } from '../strings.ts';
import type { HeatScale } from './heatColors.ts';

/** The ends of the scale, and what lies beyond them. */
export function HeatLegend({ scale: { top, beyond, isSigned } }: { readonly scale: HeatScale }) {
  const end = plain(top);
  return (
    <span class="heat-legend">
      <span>{isSigned ? `−${end}` : '0'}</span>
      <span class={isSigned ? 'heat-ramp signed' : 'heat-ramp'} aria-hidden="true" />
      <span>{end}</span>
      {beyond !== null && (
        <span class="quiet" title={t('98 % of the cells lie within the scale')}>
          {t('largest {0}', significant(beyond))}
        </span>
      )}
    </span>
  );
}
