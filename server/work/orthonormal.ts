/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */

/**
 * Makes the rows of a matrix [count, width] orthonormal, in place and in their order, by Gram and Schmidt's method, twice
 * for each row (Giraud et al. 2005: that is enough). A row that the earlier ones span becomes 0.
 */
export function orthonormalize(rows: Float64Array, count: number, width: number): void {
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * width, (i + 1) * width);
    const before = lengthOf(row);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = rows.subarray(j * width, (j + 1) * width);
        add(row, other, -inner(row, other));
      }
    }
    const length = lengthOf(row);
    scale(row, length > 1e-12 * before ? 1 / length : 0);
  }
}

/** Euclidean; safe from overflow. */
export function lengthOf(row: Float64Array): number {
  const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  return largest * Math.sqrt(row.reduce((sum, value) => sum + (value / largest) ** 2, 0));
}

/** ⟨one, other⟩ of two rows of one length. */
export function inner(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < one.length; k++) sum += one[k]! * other[k]!;
  return sum;
}

/** row += factor · other */
export function add(row: Float64Array, other: Float64Array, factor: number): void {
  for (let k = 0; k < row.length; k++) row[k]! += factor * other[k]!;
}

export function scale(row: Float64Array, factor: number): void {
  for (let k = 0; k < row.length; k++) row[k]! *= factor;
}
