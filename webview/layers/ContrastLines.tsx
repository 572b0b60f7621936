import { percent, significant } from '#protocol/figures.ts';
import type { AnalyzeResult } from '#protocol/results.ts';
import type { ContrastFacts, TruncationReport } from '#protocol/rollups.ts';
import { t } from '../strings.ts';

/** How the two sides of each contrast lie to each other, and what a truncation took away: one line each. */
export function ContrastLines({ contrast, truncation }: Pick<AnalyzeResult, 'contrast' | 'truncation'>) {
  return (
    <>
      {contrast.map((facts) => (
        <ContrastLine key={facts.name} {...facts} />
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
