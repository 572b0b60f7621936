import { isHead, isTokenEmbedding } from './tiedRoles.ts';

/** Whether a tensor has a row for each token: input embeddings, and the head. */
export function hasTokenRows(name: string): boolean {
  return isHead(name) || isTokenEmbedding(name);
}

/** Which rows only the taller of two has and what can be done, to follow a message; empty for any other mismatch. */
export function rowsApart(name: string, one: readonly number[], other: readonly number[]): string {
  const [[rows = 0, width], [others = 0, otherWidth]] = [one, other];
  if (!hasTokenRows(name) || one.length !== 2 || other.length !== 2) return '';
  if (width !== otherWidth || rows === others) return '';
  const range = rowRange(Math.min(rows, others), Math.max(rows, others));
  return `; ${range} only one of them has: the recipe's \`vocabulary: intersect\` leaves them out, \`pad\` takes what is missing from the base`;
}

/** `end` is behind the last. */
export function rowRange(start: number, end: number): string {
  return end - start === 1 ? `row ${start}` : `rows ${start}–${end - 1}`;
}
