/**
 * How far a product ŷ = Σⱼ left[j]·right[j] computed by any device, in any order of summation, may lie from the value
 * that `multiply` defines: |ŷ − y| ≤ factor · ‖left‖·‖right‖ + floor (Higham, Accuracy and Stability, §3.1, with
 * Cauchy and Schwarz). The scale is folded into `left` in the product's precision, which costs one more rounding.
 */
export interface ErrorBound {
  readonly factor: number;
  readonly floor: number;
}

/** `leftNorm` and `rightNorm` bound the norms of all rows. `rank` is the whole product's, all its terms together. */
export function errorBound(
  precision: 'F32' | 'F64',
  {
    rank,
    leftNorm,
    rightNorm,
  }: { readonly rank: number; readonly leftNorm: number; readonly rightNorm: number },
): ErrorBound {
  // The last float64 roundings are those of the bound itself and of the norms; twice covers them with ease.
  const definition = 2 * gamma(rank + 2, 2 ** -53);
  const device = gamma(rank + 2, precision === 'F32' ? 2 ** -24 : 2 ** -53);
  // A device that flushes subnormals loses up to this much in every factor and in every product.
  const smallest = precision === 'F32' ? 2 ** -126 : 2 ** -1022;
  return { factor: device + definition, floor: 2 * (rank + 2) * smallest * (1 + leftNorm + rightNorm) };
}

/** Whether no sum on the way can overflow in that precision; false where anything is NaN or infinite. */
export function staysFinite(precision: 'F32' | 'F64', leftNorm: number, rightNorm: number): boolean {
  const limit = precision === 'F32' ? 2 ** 120 : 2 ** 1000;
  return leftNorm < limit && rightNorm < limit && leftNorm * rightNorm < limit;
}

function gamma(roundings: number, unit: number): number {
  return (roundings * unit) / (1 - roundings * unit);
}
