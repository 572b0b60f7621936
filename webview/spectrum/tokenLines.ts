import { csvField } from '#protocol/csvField.ts';
import type { VocabularyRow } from '#protocol/vocabulary.ts';
import { ends } from './vocabulary.ts';

/** One token of one reading. */
export interface TokenLine {
  readonly row: VocabularyRow;
  readonly of: 'direction' | 'random';
  readonly end: (typeof ends)[number];
  /** From 1, the farthest out first. */
  readonly rank: number;
  readonly id: number;
  readonly text: string | null;
  readonly score: number;
}

/** All tokens of all readings, the direction's before those of the random one beside it. */
export function tokenLines(rows: readonly VocabularyRow[]): readonly TokenLine[] {
  return rows.flatMap((row) =>
    (['direction', 'random'] as const).flatMap((of) =>
      ends.flatMap((end) =>
        (of === 'direction' ? row.reading : row.random)[end].map((token, index) => ({
          row,
          of,
          end,
          rank: index + 1,
          ...token,
        })),
      ),
    ),
  );
}

const headings = 'tensor,layer,module,vector,sigma,energy,of,kurtosis,end,rank,token_id,token,score'.split(
  ',',
);

/** One line a token, with all digits; vectors are counted from 1. RFC 4180. */
export function vocabularyCsv(rows: readonly VocabularyRow[]): string {
  const lines = tokenLines(rows).map(({ row, of, end, rank, id, text, score }) => {
    const { kurtosis } = of === 'direction' ? row.reading : row.random;
    const place = [row.name, row.layer, row.module, row.vector + 1, row.sigma, row.energy];
    return [...place, of, kurtosis, end, rank, id, text, score].map(csvField);
  });
  return [headings, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}
