import type { VocabularyReading, VocabularyResult, VocabularyRow } from '#protocol/vocabulary.ts';
import { counted, percent, significant } from '../numbers.ts';

/** A few lines for each singular vector, those that name tokens most first, each with the same of a random direction. */
export function vocabularyText({ name, rows, norm, unembedding }: VocabularyResult): string {
  const heading = `${name}: ${counted(rows.length, 'singular vector')} through ${norm} and ${unembedding}.`;
  if (rows.length === 0) return heading;
  const sorted = rows.toSorted((one, other) => kurtosisOf(other) - kurtosisOf(one));
  const explained =
    'Scores are in standard deviations over all tokens. A vector that stands for tokens has a kurtosis far above that of the random direction beside it; the sign of a singular vector says nothing.';
  return [heading, ...sorted.map(rowText), explained].join('\n\n');
}

function kurtosisOf({ reading }: VocabularyRow): number {
  return reading.kurtosis ?? -Infinity;
}

function rowText({ name, vector, sigma, energy, reading, random }: VocabularyRow): string {
  const which = vector === 0 ? '' : `, vector ${vector + 1}`;
  const size = `σ ${significant(sigma)}, ${percent(energy)} of ‖w‖² there`;
  const kurtosis = `kurtosis ${significant(reading.kurtosis)} (random ${significant(random.kurtosis)})`;
  return [
    `${name}${which}: ${size}, ${kurtosis}`,
    `  promoted           ${tokens(reading, 'promoted')}`,
    `  suppressed         ${tokens(reading, 'suppressed')}`,
    `  random, promoted   ${tokens(random, 'promoted')}`,
    `  random, suppressed ${tokens(random, 'suppressed')}`,
  ].join('\n');
}

function tokens(reading: VocabularyReading, end: 'promoted' | 'suppressed'): string {
  return reading[end].map(({ id, text, score }) => `${text ?? `#${id}`} ${significant(score)}`).join('  ');
}
