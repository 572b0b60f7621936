import { ServerError } from '../errors.ts';
import { rowRange } from '../models/vocabularyRows.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { Warnings } from '../warnings.ts';
import type { Dense, DirectionTensor, Rows, Term } from './term.ts';
import { scaledTerms, shapeOfTerm, simplified, tensorsOf } from './terms.ts';

/** What a recipe wants done where embeddings have different numbers of rows. */
export interface Vocabulary {
  readonly mode: 'intersect' | 'pad';
  /** Rows of the target's tensor, which w is to have; undefined where it has none. */
  readonly heightOf: (tensor: string) => number | undefined;
}

export interface Resizing {
  readonly name: string;
  readonly after: readonly Term[];
  readonly before: readonly Term[];
  /** The base's own values, where they are known. */
  readonly base: StoredTensor | undefined;
}

/**
 * after − before over the rows of the target, where the three have not the same number of rows; undefined where they
 * have. `intersect`: rows that not all three have do not move. `pad`: a row that one side lacks is the base's, as if
 * the fine-tune had left it alone, and zero where the base lacks it too; rows that neither side has do not move, and rows
 * that the target has no place for are left out.
 */
export function resizedDifference(
  { name, after, before, base }: Resizing,
  { mode, heightOf }: Vocabulary,
  warnings: Warnings,
): DirectionTensor | undefined {
  const [plus, minus] = [heightIn(after), heightIn(before)];
  const height = heightOf(name) ?? Math.max(plus, minus);
  if (plus === minus && plus === height) return undefined;
  const [, width] = shapeIn(after);
  if (width === undefined || shapeIn(before)[1] !== width) return undefined;
  const shape = [height, width];
  const most = mode === 'intersect' ? Math.min(plus, minus, height) : Math.min(Math.max(plus, minus), height);
  const sides =
    mode === 'intersect'
      ? { after, before }
      : { after: filled(after, most, base), before: filled(before, most, base) };
  const terms = simplified([...sides.after, ...scaledTerms(sides.before, -1)]);
  if (terms.length > 0) warnings.add(left({ name, plus, minus, height, mode }));
  return { name, shape, terms: terms.map((term) => clipped(term, most, { name, shape })) };
}

/** w on a tensor that has another number of rows, for a target: what that has no place for is left out. */
export function clippedTensor({ name, shape, terms }: DirectionTensor, height: number): DirectionTensor {
  const [rows = 0, ...rest] = shape;
  const resized = [height, ...rest];
  return {
    name,
    shape: resized,
    terms: terms.map((term) => clipped(term, Math.min(rows, height), { name, shape: resized })),
  };
}

function shapeIn(terms: readonly Term[]): readonly number[] {
  return terms[0] === undefined ? [] : shapeOfTerm(terms[0]);
}

function heightIn(terms: readonly Term[]): number {
  return Math.max(0, ...terms.map((term) => shapeOfTerm(term)[0] ?? 0));
}

/** With the base's rows where a side has none. */
function filled(side: readonly Term[], height: number, base: StoredTensor | undefined): readonly Term[] {
  const from = heightIn(side);
  const to = Math.min(height, base?.shape[0] ?? 0);
  if (base === undefined || from >= to) return side;
  const runs = [{ from, to: from, count: to - from }];
  return [...side, { kind: 'rows', scale: 1, tensor: base, shape: base.shape, runs }];
}

interface Clipping {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The first rows of a term, in a matrix of another height. */
function clipped(term: Term, rows: number, { name, shape }: Clipping): Term {
  const own = shapeOfTerm(term);
  if (own[0] === shape[0] && rows === shape[0]) return term;
  if (term.kind === 'dense') return firstRows(term, rows, shape);
  if (term.kind === 'rows') {
    const runs = term.runs
      .filter(({ to }) => to < rows)
      .map((run) => ({ ...run, count: Math.min(run.count, rows - run.to) }));
    return { ...term, shape, runs };
  }
  const [file = name] = tensorsOf(term).map((tensor) => tensor.file);
  const problem = `has factors for "${name}" of [${own.join(', ')}], which cannot be cut to ${rowRange(0, rows)}; merge the adapter (PEFT: merge_and_unload) and use the merged checkpoint`;
  throw new ServerError('shape-mismatch', file, problem, { tensor: name });
}

function firstRows({ scale, tensor }: Dense, rows: number, shape: readonly number[]): Rows {
  const count = Math.min(rows, tensor.shape[0] ?? 0);
  return { kind: 'rows', scale, tensor, shape, runs: [{ from: 0, to: 0, count }] };
}

interface Heights {
  readonly name: string;
  readonly plus: number;
  readonly minus: number;
  readonly height: number;
  readonly mode: Vocabulary['mode'];
}

function left({ name, plus, minus, height, mode }: Heights) {
  const [least, most] = [Math.min(plus, minus, height), Math.max(plus, minus, height)];
  const how =
    mode === 'intersect'
      ? 'do not move'
      : 'move by what one side has of them and the base, where the target has them';
  const message = `"${name}" has ${plus} rows on the positive side, ${minus} on the negative and ${height} in the target: ${rowRange(least, most)} ${how} (vocabulary: ${mode}).`;
  return { code: 'vocabulary', message, tensor: name };
}
