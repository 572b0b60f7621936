import { significant } from '#protocol/figures.ts';
import type { NullReport } from '#protocol/similarity.ts';
import { t } from '../strings.ts';

/**
 * What z is counted in, in words that hold for every part of the model and every pair: the one number that is known
 * is that of all pairs over the whole model, and the sentence says so.
 */
export function nullText(report: NullReport): string {
  const against = againstText(report);
  if (report.sigma === null)
    return t('The cosine with {0} has no standard deviation over the whole model to count z in.', against);
  return t(
    'z counts in standard deviations of the cosine with {0}; over all pairs of the whole model that is {1}.',
    against,
    significant(report.sigma),
  );
}

function againstText({ kind, count, names }: NullReport): string {
  if (kind === 'random') return t('random directions of the same norms and singular values');
  const list = names.join(', ');
  return count === 1 ? t('1 control ({0})', list) : t('{0} controls ({1})', count, list);
}
