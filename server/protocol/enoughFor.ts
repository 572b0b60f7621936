/** How many leading singular values have so much of ‖w‖²; null where that is not known, or not among those there are. */
export function enoughFor(energy: readonly number[] | null, share: number): number | null {
  const found = energy?.findIndex((sum) => sum >= share) ?? -1;
  return found < 0 ? null : found + 1;
}
