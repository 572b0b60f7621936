import { percent, significant } from '#protocol/figures.ts';
import type { AnalyzeResult } from '#protocol/results.ts';
import type { ContrastFacts, RemovalReport, RemovedDirection, TruncationReport } from '#protocol/rollups.ts';
import { t } from '../strings.ts';

/** How the two sides of each contrast lie to each other, what was projected out, and what a truncation took away: one line each. */
export function ContrastLines({
  contrast,
  removal = [],
  truncation,
}: Pick<AnalyzeResult, 'contrast' | 'removal' | 'truncation'>) {
  return (
    <>
      {contrast.map((facts) => (
        <ContrastLine key={facts.name} {...facts} />
      ))}
      {removal.map((report) => (
        <RemovalLines key={report.name} {...report} />
      ))}
      {truncation.map((report) => (
        <TruncationLine key={report.name} {...report} />
      ))}
    </>
  );
}

function ContrastLine({ name, cosine, positiveNorm, negativeNorm, ratio, common }: ContrastFacts) {
  return (
    <ul class="contrast" aria-label={t('Contrast {0}', name)}>
      <li>{t('Contrast {0}', name)}</li>
      <li title={t('1 where the two sides went opposite ways from the base, −1 where they are the same')}>
        cos(τ₊, −τ₋) <strong>{significant(cosine)}</strong>
      </li>
      <li title={t('Norm of the positive side less the base')}>
        ‖τ₊‖ <strong>{significant(positiveNorm)}</strong>
      </li>
      <li title={t('Norm of the negative side less the base')}>
        ‖τ₋‖ <strong>{significant(negativeNorm)}</strong>
      </li>
      <li title={t('‖τ₊‖ over ‖τ₋‖')}>
        {t('ratio')} <strong>{significant(ratio)}</strong>
      </li>
      <li title={t('Half the sum of the two sides: what training did to both, and the contrast leaves out')}>
        {t('in common')} <strong>{percent(common)}</strong> {t('of ‖w‖')}
      </li>
    </ul>
  );
}

function RemovalLines({ name, share, removed }: RemovalReport) {
  return (
    <>
      {removed.map((one) => (
        <RemovedLine key={one.direction} name={name} {...one} />
      ))}
      <ul class="contrast" aria-label={t('Taken out of {0}', name)}>
        <li>{t('Taken out of {0}', name)}</li>
        <li title={t('What of w lay in the span of all that was projected out')}>
          <strong>{percent(share)}</strong> {t('of ‖w‖²')}
        </li>
      </ul>
    </>
  );
}

function RemovedLine({ name, ...removed }: RemovedDirection & { readonly name: string }) {
  const { direction, coefficient, cosineBefore, cosineAfter, untouched, leftOut } = removed;
  const label = t('{0} out of {1}', direction, name);
  return (
    <ul class="contrast" aria-label={label}>
      <li>{label}</li>
      <li title={t('Of w and the whole of what is projected out of it')}>
        {t('cosine before')} <strong>{significant(cosineBefore)}</strong>
      </li>
      <li title={t('As measured on what is left')}>
        {t('after')} <strong>{significant(cosineAfter)}</strong>
      </li>
      <li>
        {coefficient === null ? (
          t('each tensor by itself')
        ) : (
          <>
            {t('times')} <strong>{significant(coefficient)}</strong>
          </>
        )}
      </li>
      {untouched > 0 && <li>{t('{0} tensors that it does not move stay', untouched)}</li>}
      {leftOut > 0 && <li>{t('{0} tensors that it alone moves are left out', leftOut)}</li>}
    </ul>
  );
}

function TruncationLine({ name, relativeError, rank }: TruncationReport) {
  return (
    <ul class="contrast" aria-label={t('Truncation of {0}', name)}>
      <li>{t('Truncation of {0}', name)}</li>
      <li title={t('Norm of what was taken away over the norm of w')}>
        {t('taken away')} <strong>{percent(relativeError)}</strong> {t('of ‖w‖')}
      </li>
      {rank !== null && (
        <li>
          {t('rank, at most')} <strong>{rank}</strong>
        </li>
      )}
    </ul>
  );
}
