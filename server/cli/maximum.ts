/** The largest finite value, at least 0; of any number of values, while arguments of `Math.max` are limited. */
export function maximum(values: readonly number[]): number {
  return values.reduce((most, value) => (Number.isFinite(value) && value > most ? value : most), 0);
}
