import type { VocabularyResult } from '#protocol/vocabulary.ts';
import { t } from '../../strings.ts';

interface Shown {
  /** Singular vectors in the picture. */
  readonly count: number;
  readonly filter: string;
  /** Of the random directions. */
  readonly seed: number;
}

/** What is shown, of how many, and what chance is here. */
export function vocabularyCaption(
  { norm, unembedding }: Pick<VocabularyResult, 'norm' | 'unembedding'>,
  { count, filter, seed }: Shown,
): readonly string[] {
  const shown = t(
    'Tokens of n = {0} left singular vectors, read through {1} and {2}; scores in standard deviations over all tokens.',
    count,
    norm,
    unembedding,
  );
  const chance = t('Beside each, in one scale, a random direction of the same size (seed {0}).', seed);
  const filtered = filter === '' ? [] : [t('Only tokens with “{0}”.', filter)];
  const signs = t(
    'The sign of a singular vector is arbitrary; the end that is farther out is called promoted.',
  );
  return [shown, chance, ...filtered, signs];
}
