/** In one recipe or on one command line: each is a model that is written. */
export const maxStrengths = 1000;

/** How a strength is spelled in paths and names: `k1.5`, `k-1`, `k0.5`; never with a plus sign, and −0 is 0. */
export function formatStrength(strength: number): string {
  return `k${String(strength).replace('+', '')}`;
}
