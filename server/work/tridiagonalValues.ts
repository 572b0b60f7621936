/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */

/** Of one eigenvalue; the usual number is two. */
const mostSteps = 60;

/**
 * Eigenvalues, ascending, of the symmetric tridiagonal matrix with this diagonal and what stands beside it, by the
 * implicit QL method (EISPACK's `imtql1`). Errors are some roundings of the largest. NaN for all where it does not end.
 */
export function tridiagonalValues(diagonal: Float64Array, beside: Float64Array): Float64Array {
  const d = Float64Array.from(diagonal);
  const e = Float64Array.from(beside);
  const n = d.length;
  if (n > 0) e[n - 1] = 0;
  const norm = d.reduce((most, value, k) => Math.max(most, Math.abs(value) + Math.abs(e[k]!)), 0);
  const nothing = (Number.EPSILON / 8) * norm; // A block of roundings has no eigenvalues worth iterating for.
  for (let l = 0; l < n; l++) {
    for (let steps = 0; ; steps++) {
      const m = smallFrom(d, e, { l, nothing });
      if (m === l) break;
      if (steps === mostSteps || !Number.isFinite(d[m]!)) return new Float64Array(n).fill(Number.NaN);
      step(d, e, l, m);
    }
  }
  return d.toSorted((one, other) => one - other);
}

/** The first place from `l` on behind which nothing stands beside the diagonal. */
function smallFrom(
  d: Float64Array,
  e: Float64Array,
  { l, nothing }: { readonly l: number; readonly nothing: number },
): number {
  const isThere = (m: number) =>
    Math.abs(e[m]!) > Math.max(nothing, Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!)));
  let m = l;
  while (m < d.length - 1 && isThere(m)) m++;
  return m;
}

/** One implicit QL step over l … m. */
function step(d: Float64Array, e: Float64Array, l: number, m: number): void {
  const ratio = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.sqrt(ratio * ratio + 1);
  let g = d[m]! - d[l]! + e[l]! / (ratio + (ratio < 0 ? -root : root));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    const turned = (d[i]! - g) * s + 2 * c * b;
    p = s * turned;
    d[i + 1] = g + p;
    g = c * turned - b;
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}
