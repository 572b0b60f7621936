/** As results carry numbers: what is not finite is null. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
