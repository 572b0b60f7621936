/**
 * Fills a matrix with numbers of an even distribution around 0 and variance 1/3, the same for the same seed everywhere: what a subspace
 * iteration starts from (xorshift of 32 bits, Marsaglia 2003).
 */
export function fillSeeded(rows: Float64Array, seed: number): void {
  let state = (Math.imul(seed + 1, 0x9e3779b9) ^ 0x85ebca6b) | 1;
  for (let index = 0; index < rows.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    rows[index] = (state >>> 0) / 2 ** 31 - 1;
  }
}

/** The same with normal deviates (Box and Muller 1958). */
export function fillNormal(rows: Float64Array, seed: number): void {
  fillSeeded(rows, seed);
  for (let index = 0; index < rows.length; index += 2) {
    const [one = 0, other = 0] = rows.subarray(index, index + 2);
    const radius = Math.sqrt(-2 * Math.log((one + 1) / 2 + 2 ** -33));
    rows[index] = radius * Math.cos(Math.PI * other);
    if (index + 1 < rows.length) rows[index + 1] = radius * Math.sin(Math.PI * other);
  }
}
