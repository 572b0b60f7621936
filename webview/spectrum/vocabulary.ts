import { percent, significant } from '#protocol/figures.ts';
import type { VocabularyReading, VocabularyRow, VocabularyToken } from '#protocol/vocabulary.ts';

import { t } from '../strings.ts';
import { subscript } from './facts.ts';

/** A reading by its two ends, in the order in which they are shown. */
export const ends = ['promoted', 'suppressed'] as const;

/** Rows of one singular vector, in the order of the server. */
export function rowsOfVector(rows: readonly VocabularyRow[], vector: number): readonly VocabularyRow[] {
  return rows.filter((row) => row.vector === vector);
}

/** How many singular vectors there are of each tensor, at most. */
export function vectorsOf(rows: readonly VocabularyRow[]): number {
  return rows.reduce((most, { vector }) => Math.max(most, vector + 1), 0);
}

/** What is drawn of all rows: those of one vector that the filter leaves, in the scale of all of that vector. */
export function shownRows(
  rows: readonly VocabularyRow[],
  { vector, filter }: { readonly vector: number; readonly filter: string },
): { readonly rows: readonly VocabularyRow[]; readonly top: number } {
  const ofVector = rowsOfVector(rows, Math.min(vector, vectorsOf(rows) - 1));
  return { rows: filterRows(ofVector, filter).rows, top: topScore(ofVector) };
}

/** The score that fills a bar: the largest of all readings and of the random ones, so that both are drawn to one scale. */
export function topScore(rows: readonly VocabularyRow[]): number {
  const scores = rows
    .flatMap(({ reading, random }) => [reading, random])
    .flatMap(({ promoted, suppressed }) => [...promoted, ...suppressed])
    .map(({ score }) => Math.abs(score));
  return scores.reduce((most, score) => Math.max(most, score), 0);
}

/** `layer 3, down_proj`; the module outside layers. */
export function rowName({ layer, module }: VocabularyRow): string {
  return layer === null ? module : t('layer {0}, {1}', layer, module);
}

/** `σ₁ 0.737, 95.2 % of ‖w‖² there` */
export function rowSize({ vector, sigma, energy }: VocabularyRow): string {
  return t('σ{0} {1}, {2} of ‖w‖² there', subscript(vector + 1), significant(sigma), percent(energy));
}

/** Both, for a picture. */
export function rowTitle(row: VocabularyRow): string {
  return `${rowName(row)}: ${rowSize(row)}`;
}

/** As it is shown: `·Paris`, or `#1734` where there is no tokenizer. */
export function tokenText({ id, text }: VocabularyToken): string {
  return text ?? `#${id}`;
}

/** Whether a token is among those that a filter leaves: upper and lower case are one, a space is `·`. */
function passes(token: VocabularyToken, filter: string): boolean {
  return tokenText(token).toLowerCase().includes(filter.toLowerCase().replaceAll(' ', '·'));
}

/** The tokens of a reading that a filter leaves. */
function filtered(reading: VocabularyReading, filter: string): VocabularyReading {
  if (filter === '') return reading;
  const left = (tokens: readonly VocabularyToken[]) => tokens.filter((token) => passes(token, filter));
  return { ...reading, promoted: left(reading.promoted), suppressed: left(reading.suppressed) };
}

/** What a filter leaves: rows where w or its random neighbour has such a token, and in how many each has. */
export interface Filtered {
  readonly rows: readonly VocabularyRow[];
  readonly ofDirection: number;
  readonly ofRandom: number;
}

/** The same filter for both sides: a token that chance names as often is not the direction's. */
export function filterRows(rows: readonly VocabularyRow[], filter: string): Filtered {
  const left = rows.map((row) => ({
    ...row,
    reading: filtered(row.reading, filter),
    random: filtered(row.random, filter),
  }));
  return {
    rows: left.filter(({ reading, random }) => hasTokens(reading) || hasTokens(random)),
    ofDirection: left.filter(({ reading }) => hasTokens(reading)).length,
    ofRandom: left.filter(({ random }) => hasTokens(random)).length,
  };
}

function hasTokens({ promoted, suppressed }: VocabularyReading): boolean {
  return promoted.length + suppressed.length > 0;
}
