import type { TensorProducts } from './innerProducts.ts';
import { type Dependence, solved, triangleOf } from './gramSystem.ts';

/** Vectors are w, numbered 0, and what is projected out of it, from 1. */
export interface ProjectionOptions {
  /** Number of vectors, w among them. */
  readonly count: number;
  /** Which have a coefficient for every tensor. */
  readonly perTensor: ReadonlySet<number>;
}

export interface Projection {
  /** ‖w‖², and what of it lies in the span of the others. */
  readonly squares: number;
  readonly removed: number;
  /** What to subtract of each vector; w has 0, and so has a vector with a coefficient for every tensor. */
  readonly coefficients: readonly number[];
  /** What to subtract on a tensor. */
  readonly onTensor: (name: string) => readonly number[];
}

/** Which vector depends on those before it, and where one tensor alone tells. */
export interface DependentVector extends Dependence {
  readonly tensor?: string;
}

/**
 * The orthogonal projection of w onto the span of all others, from their inner products: vectors with a coefficient for every
 * tensor span a subspace on each, so they are eliminated tensor by tensor (a Schur complement), and what is left of the others
 * is one small system. `tensors` are those that w moves.
 */
export function project(
  tensors: readonly TensorProducts[],
  { count, perTensor }: ProjectionOptions,
): Projection | DependentVector {
  const vectors = range(count);
  const own = vectors.filter((vector) => perTensor.has(vector));
  const whole = vectors.filter((vector) => !perTensor.has(vector));
  const eliminated = new Map<string, Eliminated>();
  for (const tensor of tensors) {
    const found = eliminate(tensor, own, whole);
    if ('dependent' in found) return { dependent: own[found.dependent] ?? 0, tensor: tensor.name };
    eliminated.set(tensor.name, found);
  }
  const all = [...eliminated.values()];
  const total = (row: number, column: number) => sum(all.map(({ left }) => left[row]?.[column] ?? 0));
  const joint = whole.slice(1).map((_, index) => index + 1);
  const before = joint.map((row) => sum(all.map(({ squares }) => squares[row] ?? 0)));
  const triangle = triangleOf(
    joint.map((row) => joint.map((column) => total(row, column))),
    before,
  );
  if ('dependent' in triangle) return { dependent: whole[triangle.dependent + 1] ?? 0 };
  const right = joint.map((row) => total(row, 0));
  const found = solved(triangle, before, right);
  return {
    squares: sum(all.map(({ squares }) => squares[0] ?? 0)),
    removed: sum(all.map(({ removed }) => removed)) + dot(found, right),
    coefficients: vectors.map((vector) => found[whole.indexOf(vector) - 1] ?? 0),
    onTensor: (name) => {
      const [ofW = [], ...others] = eliminated.get(name)?.onto ?? [];
      return vectors.map((vector) => {
        const index = own.indexOf(vector);
        if (index < 0) return found[whole.indexOf(vector) - 1] ?? 0;
        const ofOthers = others.map((each) => each[index] ?? 0);
        return (ofW[index] ?? 0) - dot(found, ofOthers);
      });
    },
  };
}

/** What is left on a tensor of w and of the vectors with one coefficient, once the others are projected out of them. */
interface Eliminated {
  /** Inner products before, of each with itself, and after, of all pairs. */
  readonly squares: readonly number[];
  readonly left: readonly (readonly number[])[];
  /** For each of them its coordinates in the others. */
  readonly onto: readonly (readonly number[])[];
  /** What ‖w‖² has lost. */
  readonly removed: number;
}

function eliminate(
  tensor: TensorProducts,
  own: readonly number[],
  whole: readonly number[],
): Eliminated | Dependence {
  const at = productsOf(tensor);
  const ownSquares = own.map((vector) => at(vector, vector));
  const triangle = triangleOf(
    own.map((row) => own.map((column) => at(row, column))),
    ownSquares,
  );
  if ('dependent' in triangle) return triangle;
  const products = whole.map((vector) => own.map((each) => at(each, vector)));
  const onto = products.map((right) => solved(triangle, ownSquares, right));
  const inside = products.map((row) => onto.map((column) => dot(row, column)));
  return {
    squares: whole.map((vector) => at(vector, vector)),
    left: whole.map((one, row) =>
      whole.map((other, column) => at(one, other) - (inside[row]?.[column] ?? 0)),
    ),
    onto,
    removed: inside[0]?.[0] ?? 0,
  };
}

/** ⟨x, y⟩ on a tensor by the numbers of the vectors; 0 where one of them does not move it. */
function productsOf({ movers, gram }: TensorProducts): (one: number, other: number) => number {
  const place = new Map(movers.map((vector, index) => [vector, index]));
  return (one, other) => {
    const [row, column] = [place.get(one), place.get(other)];
    return row === undefined || column === undefined ? 0 : (gram[row * movers.length + column] ?? 0);
  };
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function dot(one: readonly number[], other: readonly number[]): number {
  return sum(one.map((value, index) => value * (other[index] ?? 0)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
