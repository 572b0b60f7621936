import type { SimilarityResult } from '#protocol/similarity.ts';
import { csvField } from '#protocol/csvField.ts';
import { similarityRows } from '#protocol/similarityRows.ts';

/** The table that `steer similarity --csv` prints, as RFC 4180 has it. */
export function similarityCsv(result: SimilarityResult): string {
  return similarityRows(result)
    .map((row) => `${row.map(csvField).join(',')}\r\n`)
    .join('');
}
