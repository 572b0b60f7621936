/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */

/** Relative error of singular values that the shorter way may have; theirs is 10⁻⁹. */
const allowed = 4e-10;

/**
 * R with RᵀR = G for the Gram matrix of some columns, of which the upper triangle is read, row by row; undefined where it would
 * not do. The columns are scaled to length 1 first. If G is off by `rounding` as a share of the products of lengths, and Ĝ = R̂ᵀR̂ is the scaled one, then
 * Q = L·R⁻¹ has singular values within size · rounding · ‖R̂⁻¹‖₂² of 1, and those of R₁R₂ᵀ are off by no more, each relatively (Ostrowski). So it does where
 * that is small: columns that are not nearly dependent.
 */
export function choleskyTriangle(
  gram: Float64Array,
  { size, rounding }: { readonly size: number; readonly rounding: number },
): Float64Array | undefined {
  const lengths = Float64Array.from({ length: size }, (_, j) => Math.sqrt(gram[j * (size + 1)]!));
  const R = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      let sum = gram[i * size + j]! / (lengths[i]! * lengths[j]!);
      for (let k = 0; k < i; k++) sum -= R[k * size + i]! * R[k * size + j]!;
      R[i * size + j] = i === j ? Math.sqrt(sum) : sum / R[i * (size + 1)]!;
    }
  }
  // What is not finite, or not positive, is NaN here and does not do.
  if (!(size * (rounding + size * Number.EPSILON) * inverseNormSquared(R, size) <= allowed)) return undefined;
  for (let i = 0; i < size; i++) for (let j = i; j < size; j++) R[i * size + j]! *= lengths[j]!;
  return R;
}

/** An upper bound of ‖R⁻¹‖₂², the product of the largest sums of its rows and of its columns. */
function inverseNormSquared(R: Float64Array, size: number): number {
  const [rows, columns] = [new Float64Array(size), new Float64Array(size)];
  const column = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    for (let i = j; i >= 0; i--) {
      let sum = i === j ? 1 : 0;
      for (let k = i + 1; k <= j; k++) sum -= R[i * size + k]! * column[k]!;
      column[i] = sum / R[i * (size + 1)]!;
      rows[i]! += Math.abs(column[i]!);
      columns[j]! += Math.abs(column[i]!);
    }
  }
  return largest(rows) * largest(columns);
}

/** NaN where one is. */
function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
