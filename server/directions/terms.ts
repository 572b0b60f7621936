import type { StoredTensor } from '../tensors/storedTensor.ts';
import { kept } from './kept.ts';
import type { Dense, Direction, LowRank, Term } from './term.ts';

/** The stored values of a tensor, as a term. */
export function dense(tensor: StoredTensor, scale = 1): Dense {
  return { kind: 'dense', scale, tensor };
}

export function scaledTerms(terms: readonly Term[], factor: number): readonly Term[] {
  return factor === 1 ? terms : terms.map((term) => ({ ...term, scale: term.scale * factor }));
}

/**
 * Adds up terms over the same stored values and drops those that cancel: the base goes out of a contrast of two
 * adapters here, by name and place of its bytes, and not by subtracting numbers. Order of first appearance is kept.
 */
export function simplified(terms: readonly Term[]): readonly Term[] {
  if (terms.length < 2) return kept(terms, isThere);
  const sums = new Map<string, Term>();
  for (const term of terms) {
    const key = keyOf(term);
    const same = sums.get(key);
    sums.set(key, same === undefined ? term : { ...term, scale: same.scale + term.scale });
  }
  return kept([...sums.values()], isThere);
}

function isThere({ scale }: Term): boolean {
  return scale !== 0;
}

/** [rows, columns] of left · right. */
export function shapeOfProduct({ left, right }: LowRank): readonly [rows: number, columns: number] {
  const rows = left.tensor.shape[left.transposed ? 1 : 0] ?? 0;
  const columns = right.tensor.shape[right.transposed ? 0 : 1] ?? 0;
  return [rows, columns];
}

/** Whether two sums are the same expression, whatever the order of their terms. No bytes are read. */
export function sameTerms(first: readonly Term[], second: readonly Term[]): boolean {
  return simplified([...first, ...scaledTerms(second, -1)]).length === 0;
}

export function isLowRank(term: Term): term is LowRank {
  return term.kind === 'low-rank';
}

export function isDense(term: Term): term is Dense {
  return term.kind === 'dense';
}

/** Whether some tensor of w has a term that is not a pair of factors, so that its rank is unknown. */
export function hasDense({ tensors }: Direction): boolean {
  return [...tensors.values()].some(({ terms }) => !terms.every(isLowRank));
}

/** Rank of the sum as its factors are stored: an upper bound on the rank of the matrix. */
export function totalRank(terms: readonly Term[]): number {
  return terms.reduce((sum, term) => sum + (term.kind === 'low-rank' ? term.rank : 0), 0);
}

/** Every stored tensor that a term reads. */
export function tensorsOf(term: Term): readonly StoredTensor[] {
  switch (term.kind) {
    case 'dense':
      return [term.tensor];
    case 'low-rank':
      return [term.left.tensor, term.right.tensor];
    case 'rescaled':
      return [...tensorsOf(term.base), ...tensorsOf(term.change), term.lengths];
    case 'rows':
      return [term.tensor];
    case 'experts':
      return [term.B, term.A];
  }
}

/** Of the matrix that a term stands for. */
export function shapeOfTerm(term: Term): readonly number[] {
  switch (term.kind) {
    case 'dense':
      return term.tensor.shape;
    case 'low-rank':
      return shapeOfProduct(term);
    case 'rescaled':
      return term.base.tensor.shape;
    case 'rows':
    case 'experts':
      return term.shape;
  }
}

/** What a term is but for its scale. */
function keyOf(term: Term): string {
  switch (term.kind) {
    case 'dense':
      return JSON.stringify(['dense', place(term.tensor)]);
    case 'low-rank': {
      const { left, right } = term;
      return JSON.stringify(['', place(left.tensor), left.transposed, place(right.tensor), right.transposed]);
    }
    case 'rescaled': {
      const { base, change, lengths, along } = term;
      const of = [base, change].map((part) => [keyOf(part), part.scale]);
      return JSON.stringify(['rescaled', of, place(lengths), along]);
    }
    case 'rows':
      return JSON.stringify(['rows', place(term.tensor), term.runs]);
    case 'experts':
      return JSON.stringify(['experts', place(term.A), place(term.B), term.shape, term.transposed]);
  }
}

function place({ file, offset, name }: StoredTensor): readonly [string, number, string] {
  return [file, offset, name];
}
