const steps = 10;

/** Strengths of a page in order, 0 among them: those asked for, else 21 from −2 to 2 and the recipe's own. */
export function shareStrengths(asked: readonly number[], recipe: readonly number[]): readonly number[] {
  const even = Array.from({ length: 2 * steps + 1 }, (_, index) => (2 * (index - steps)) / steps);
  const all = asked.length > 0 ? [0, ...asked] : [...even, ...recipe];
  // −0 is 0.
  return [...new Set(all.map((k) => k + 0))].toSorted((a, b) => a - b);
}
