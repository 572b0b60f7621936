/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import { openFile } from '../../bytes/fileSource.ts';
import { decode } from '../../tensors/decode.ts';
import { finite } from '../finite.ts';
import type { Scores } from './scores.ts';

/** Bytes of scores that are read at once. */
const pieceBytes = 2 ** 22;

/** What one direction adds to the logits, in a few numbers. */
export interface Reading {
  /** Highest first, and lowest first. */
  readonly promoted: readonly Scored[];
  readonly suppressed: readonly Scored[];
  readonly kurtosis: number | null;
}

/** A token with its score less the mean, in standard deviations over all tokens. */
export interface Scored {
  readonly id: number;
  readonly score: number;
}

export interface ReadingOptions {
  /** At each end. */
  readonly tokens: number;
  /** Whether a row of the unembedding is a token: rows that fill it up are none. */
  readonly isToken: (id: number) => boolean;
  readonly signal: AbortSignal;
}

/** One reading for each column of the scores; NaN among them makes scores null-like: no tokens and no kurtosis. */
export async function readingsOf(scores: Scores, options: ReadingOptions): Promise<readonly Reading[]> {
  const { columns } = scores;
  const sums = new Float64Array(columns);
  let count = 0;
  await eachRow(scores, options, (_, row) => {
    count += 1;
    for (let c = 0; c < columns; c++) sums[c]! += row[c]!;
  });
  const means = sums.map((sum) => sum / count);
  const [squares, fourths] = [new Float64Array(columns), new Float64Array(columns)];
  const ends = Array.from({ length: columns }, () => ({
    high: new Extremes(options.tokens, 1),
    low: new Extremes(options.tokens, -1),
  }));
  await eachRow(scores, options, (id, row) => {
    for (let c = 0; c < columns; c++) {
      const value = row[c]! - means[c]!;
      squares[c]! += value ** 2;
      fourths[c]! += value ** 4;
      ends[c]!.high.offer(id, value);
      ends[c]!.low.offer(id, value);
    }
  });
  return ends.map(({ high, low }, c) => {
    const variance = squares[c]! / count;
    const unit = Math.sqrt(variance);
    return {
      promoted: high.list(unit),
      suppressed: low.list(unit),
      kurtosis: finite(fourths[c]! / count / variance ** 2 - 3),
    };
  });
}

async function eachRow(
  { path, rows, columns }: Scores,
  { isToken, signal }: ReadingOptions,
  use: (id: number, row: Float64Array) => void,
): Promise<void> {
  if (columns === 0) return;
  await using file = await openFile(path, signal);
  const atOnce = Math.max(1, Math.floor(pieceBytes / (4 * columns)));
  for (let start = 0; start < rows; start += atOnce) {
    const many = Math.min(atOnce, rows - start);
    const values = decode('F32', await file.read(4 * start * columns, 4 * many * columns, signal));
    for (let row = 0; row < many; row++)
      if (isToken(start + row)) use(start + row, values.subarray(row * columns, (row + 1) * columns));
  }
}

/** The few largest of many values, or the few smallest; of equal ones those that came first. */
class Extremes {
  readonly #most: number;
  readonly #sign: 1 | -1;
  readonly #found: { readonly id: number; readonly value: number }[] = [];

  constructor(most: number, sign: 1 | -1) {
    this.#most = most;
    this.#sign = sign;
  }

  offer(id: number, value: number): void {
    const found = this.#found;
    const last = found.at(-1);
    if (found.length >= this.#most && !(last !== undefined && this.#sign * (value - last.value) > 0)) return;
    const at = found.findIndex((one) => this.#sign * (value - one.value) > 0);
    found.splice(at < 0 ? found.length : at, 0, { id, value });
    if (found.length > this.#most) found.pop();
  }

  /** None where a score is not finite, or all are the same. */
  list(unit: number): readonly Scored[] {
    if (!Number.isFinite(unit) || unit === 0) return [];
    return this.#found.map(({ id, value }) => ({ id, score: value / unit }));
  }
}
