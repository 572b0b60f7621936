import { enoughFor } from './enoughFor.ts';
import type { TensorAnalysis } from './results.ts';

/**
 * A table of an analysis, headings first: one row a tensor, unrounded, in the order they come in. Files of the
 * command line and of the panel hold just this.
 */
export function analysisRows(
  tensors: readonly TensorAnalysis[],
): readonly (readonly (string | number | null)[])[] {
  return [columns.map(([heading]) => heading), ...tensors.map((one) => columns.map(([, of]) => of(one)))];
}

const columns: readonly (readonly [
  heading: string,
  of: (tensor: TensorAnalysis) => string | number | null,
])[] = [
  ['name', ({ name }) => name],
  ['layer', ({ layer }) => layer],
  ['module', ({ module }) => module],
  ['group', ({ group }) => group],
  ['shape', ({ shape }) => shape.join('x')],
  ['norm', ({ norm }) => norm],
  ['baseNorm', ({ baseNorm }) => baseNorm],
  ['relativeNorm', ({ relativeNorm }) => relativeNorm],
  ['share', ({ share }) => share],
  ['rank', ({ rank }) => rank],
  ['stableRank', ({ stableRank }) => stableRank],
  ['effectiveRank', ({ effectiveRank }) => effectiveRank],
  ['spectrum', ({ spectrum }) => spectrum],
  ['spectrumError', ({ spectrumError }) => spectrumError],
  ['largestSingularValue', ({ singularValues }) => singularValues?.[0] ?? null],
  ['vectorsFor90Percent', ({ energy }) => enoughFor(energy, 0.9)],
];
