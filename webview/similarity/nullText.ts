import { significant } from '#protocol/figures.ts';
import type { NullReport } from '#protocol/similarity.ts';
import { t } from '../strings.ts';

/** What z is counted in, in words, and that there is no z where the null has no spread. */
export function nullText(report: NullReport): string {
  const against = againstText(report);
  if (report.sigma === null) return t('No z: the cosine with {0} has no standard deviation.', against);
  return t(
    'z counts in {0}, the standard deviation of the cosine with {1}.',
    significant(report.sigma),
    against,
  );
}

function againstText({ kind, count, seed, names }: NullReport): string {
  if (kind === 'random') return t('{0} random draws (seed {1})', count, seed ?? 0);
  const list = names.join(', ');
  return count === 1 ? t('1 control ({0})', list) : t('{0} controls ({1})', count, list);
}
