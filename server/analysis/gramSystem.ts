/** A symmetric matrix, row by row. */
export type Gram = readonly (readonly number[])[];

/** Below so small a part of a vector (of its square) outside the span of the others, the vectors are said to be dependent. */
const dependent = 1e-10;

/** Where a vector lies in the span of those before it. */
export interface Dependence {
  readonly dependent: number;
}

/**
 * The lower triangle L with L Lᵀ = G, G scaled to `squares`: what the vectors' squares were before others were projected out of
 * them. Vectors of the square 0 have rows of zeros. Cholesky's way, without pivoting: every pivot is sin² of an angle.
 */
export function triangleOf(gram: Gram, squares: readonly number[]): number[][] | Dependence {
  const triangle: number[][] = [];
  for (const [row, of] of gram.entries()) {
    const scale = Math.sqrt(squares[row] ?? 0);
    const line: number[] = [];
    for (let column = 0; column <= row; column++) {
      const other = triangle[column] ?? line;
      const size = scale * Math.sqrt(squares[column] ?? 0);
      const rest = (size === 0 ? 0 : (of[column] ?? 0) / size) - dot(line, other, column);
      if (column < row) line.push(divided(rest, other[column]));
      else if (size > 0 && !(rest > dependent)) return { dependent: row };
      else line.push(size === 0 ? 0 : Math.sqrt(rest));
    }
    triangle.push(line);
  }
  return triangle;
}

/** x with G x = b, of the triangle of G; 0 for vectors of the square 0. */
export function solved(
  triangle: readonly (readonly number[])[],
  squares: readonly number[],
  right: readonly number[],
): readonly number[] {
  const scaled = right.map((value, row) => divided(value, Math.sqrt(squares[row] ?? 0)));
  const between: number[] = [];
  for (const [row, line] of triangle.entries())
    between.push(divided((scaled[row] ?? 0) - dot(line, between, row), line[row]));
  const solution: number[] = between.map(() => 0);
  for (let row = triangle.length - 1; row >= 0; row--) {
    let rest = between[row] ?? 0;
    for (let below = row + 1; below < triangle.length; below++)
      rest -= (triangle[below]?.[row] ?? 0) * (solution[below] ?? 0);
    solution[row] = divided(rest, triangle[row]?.[row]);
  }
  return solution.map((value, row) => divided(value, Math.sqrt(squares[row] ?? 0)));
}

function dot(one: readonly number[], other: readonly number[], count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += (one[index] ?? 0) * (other[index] ?? 0);
  return sum;
}

function divided(value: number, by = 0): number {
  return by === 0 ? 0 : value / by;
}
