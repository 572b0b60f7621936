import type { Matrix, SimilarityResult, SimilaritySlice } from '#protocol/similarity.ts';
import { seeded } from './seeded.ts';

const sigma = 0.01;

/** A similarity of made-up subjects: the first two are alike and flagged so, the last is zero, the rest are chance. */
export function sampleSimilarity(count: number, layers = 4): SimilarityResult {
  const random = seeded(count);
  const slice = () => sampleSlice(count, random);
  const names = Array.from({ length: count }, (_, index) => `subject-${index}`);
  return {
    ...slice(),
    names,
    kinds: names.map(() => 'direction'),
    paths: names.map((name) => `/models/${name}`),
    null: { kind: 'random', count: 0, names: [], sigma, random: sigma, gaussian: sigma / 3 },
    withoutEmbeddings: slice(),
    layers: Array.from({ length: layers }, (_, layer) => ({ ...slice(), layer })),
    modules: ['q_proj', 'down_proj'].map((module) => ({ ...slice(), module })),
    withControls: [],
    flags: [{ code: 'same-direction', a: 1, b: 0, message: 'subject-1 is 2 × subject-0.' }],
    clustered: names.map((_, index) => count - 1 - index),
  };
}

function sampleSlice(count: number, random: () => number): SimilaritySlice {
  const upper = Array.from({ length: count }, (_, a) =>
    Array.from({ length: count }, (_unused, b) => sampleCosine(a, b, count, random)),
  );
  const cosine: Matrix = upper.map((row, a) =>
    row.map((value, b) => (a <= b ? value : (upper[b]?.[a] ?? null))),
  );
  const z = cosine.map((row, a) => row.map((value, b) => (a === b || value === null ? null : value / sigma)));
  return { cosine, z, norms: cosine.map((_, index) => (index === count - 1 ? 0 : 1 + index)) };
}

function sampleCosine(a: number, b: number, count: number, random: () => number): number | null {
  const chance = sigma * (4 * random() - 2);
  if (a === count - 1 || b === count - 1) return null;
  if (a === b) return 1;
  return a + b === 1 ? 0.5 : chance;
}

/** The same, held against controls in place of random draws. */
export function withSampleControls(result: SimilarityResult, names: readonly string[]): SimilarityResult {
  const random = seeded(names.length);
  const withControls = result.names.map(() => names.map(() => sigma * (4 * random() - 2)));
  return {
    ...result,
    null: {
      kind: 'controls',
      count: names.length,
      names,
      sigma,
      random: sigma / 2,
      gaussian: sigma / 3,
    },
    withControls,
  };
}
