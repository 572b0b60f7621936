import type { AnalyzeResult, TensorAnalysis } from '#protocol/results.ts';
import { enoughFor } from './energy.ts';
import { csv } from './csv.ts';

/** The tensors of an analysis with full precision, a row each, in the order of the base. */
export function analyzeCsv({ tensors }: AnalyzeResult): string {
  return csv([
    columns.map(([heading]) => heading),
    ...tensors.map((one) => columns.map(([, of]) => of(one))),
  ]);
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
