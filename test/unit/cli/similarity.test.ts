import { expect, test } from 'vitest';
import type { SimilarityResult, SimilaritySlice } from '#protocol/similarity.ts';
import { similarityCsv, similarityText } from '../../../server/cli/similarityText.ts';

const slice: SimilaritySlice = {
  cosine: [
    [1, -0.25],
    [-0.25, 1],
  ],
  z: [
    [null, -12.5],
    [-12.5, null],
  ],
  norms: [2, 4],
};

const result: SimilarityResult = {
  ...slice,
  names: ['honest', '=cmd()|"x",'],
  kinds: ['recipe', 'adapter'],
  paths: ['/a', '/b'],
  null: { kind: 'random', count: 0, names: [], sigma: 0.02, random: 0.02, gaussian: 0.01 },
  withoutEmbeddings: slice,
  layers: [{ layer: 3, ...slice }],
  modules: [],
  withControls: [],
  flags: [{ code: 'different-tensors', a: 0, b: 1, message: 'They move different tensors.' }],
  clustered: [1, 0],
};

test('text has like beside like, z, the null and what is odd', () => {
  const text = similarityText(result);
  const lines = text.split('\n');
  expect(lines[0]).toMatch(/^cosine +norm +=cmd\(\)\|"x", +honest$/);
  expect(lines[1]).toMatch(/4\.00 +1\.000 +-0\.250$/);
  expect(text).toMatch(/-0\.250 +-12\.5 +-12\.5 +1 of 1\n/);
  expect(text).toContain('Null: σ 0.0200 by random directions');
  expect(lines.at(-1)).toBe('They move different tensors.');
});

test('CSV quotes names, and none of them is a formula', () => {
  const [heading, first, ...rest] = similarityCsv(result).split('\n');
  expect(heading).toBe('part,a,b,cosine,z,norm_a,norm_b,flags');
  expect(first).toBe(`model,honest,"'=cmd()|""x"",",-0.25,-12.5,2,4,different-tensors`);
  expect(rest.map((line) => line.split(',')[0])).toEqual(['without embeddings', 'layer 3']);
});
