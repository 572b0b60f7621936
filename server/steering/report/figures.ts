/** A share as a sentence has it, with three digits. */
export function percent(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}

/** As results have it: what is not finite is null. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
