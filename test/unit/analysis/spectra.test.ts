import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TensorAnalysis } from '#protocol/results.ts';
import { parseJson } from '../../support/json.ts';
import { root } from '../../support/steer.ts';
import { scene } from './scene.ts';

interface Facts {
  readonly norm: number;
  readonly tensors: Readonly<
    Record<
      string,
      { readonly norm: number; readonly share: number; readonly sigma: readonly number[] | null }
    >
  >;
}

const here = scene();
const models = join(root, 'test/fixtures/spectra');
const { directions } = parseJson<{ readonly directions: Readonly<Record<string, Facts>> }>(
  readFileSync(join(models, 'expected.json'), 'utf8'),
);
const at = (name: string) => join(models, name);
const recipes = {
  contrast: { base: at('base'), positive: at('plus'), negative: at('minus') },
  dense: { base: at('base'), positive: at('tuned'), negative: 'base' },
  mixed: { base: at('base'), positive: `${at('tuned')}+${at('plus')}`, negative: 'base' },
  embedding: { base: at('base'), positive: at('embedding'), negative: 'base' },
};

describe.each([
  ['contrast', 'factors', 1e-9],
  ['dense', 'dense', 1e-7],
  ['mixed', 'dense', 1e-7],
  ['embedding', 'factors', 1e-9],
] as const)('%s: what numpy says in float64', (name, source, tolerance) => {
  const expected = directions[name]!;

  test('are its norms and shares, and the shares are those of a whole', async () => {
    const { result } = await here.analyze(recipes[name]);
    expect(new Set(result.tensors.map((one) => one.name))).toEqual(new Set(Object.keys(expected.tensors)));
    expect(Math.abs(result.norm! / expected.norm - 1)).toBeLessThan(1e-9);
    for (const { name, norm, share } of result.tensors) {
      const reference = expected.tensors[name]!;
      expect(Math.abs(norm! / reference.norm - 1)).toBeLessThan(1e-9);
      expect(share).toBeCloseTo(reference.share, 9);
    }
    expect(result.tensors.reduce((sum, { share }) => sum + share!, 0)).toBeCloseTo(1, 12);
  });

  test('are its singular values, from where it says', async () => {
    const { result } = await here.analyze(recipes[name], { spectra: true });
    for (const tensor of result.tensors) {
      const sigma = expected.tensors[tensor.name]!.sigma;
      expect(tensor.singularValues === null).toBe(sigma === null);
      if (sigma === null || tensor.singularValues === null) continue;
      const from = name === 'mixed' && !tensor.name.includes('_proj') ? 'dense' : source;
      expect(tensor).toMatchObject({ spectrum: from, spectrumError: null });
      const farthest = tensor.singularValues.map((value, index) => Math.abs(value - (sigma[index] ?? 0)));
      expect(Math.max(...farthest)).toBeLessThan(tolerance * sigma[0]!);
      expect(tensor.energy!.at(-1)).toBeCloseTo(1, 12);
    }
    expect(result.tensors.filter(({ singularValues }) => singularValues !== null).length).toBeGreaterThan(0);
  });
});

test('a planted rank and a planted layer are read back', async () => {
  const { result } = await here.analyze(recipes.contrast);
  const planted = result.tensors.find(({ name }) => name === 'model.layers.0.self_attn.q_proj.weight')!;
  expect(planted.rank).toBe(8);
  expect(planted.singularValues![1]).toBeLessThan(1e-12 * planted.singularValues![0]!);
  expect(planted.effectiveRank).toBeCloseTo(1, 9);
  expect(planted.energy![0]).toBeCloseTo(1, 12);
  expect(result.rollups.layers.map(({ layer }) => layer)).toEqual([0, 1, 2]);
  const [first, second, hot] = result.rollups.layers.map(({ share }) => share!);
  expect(hot).toBeGreaterThan(10 * first!);
  expect(first! + second! + hot!).toBeCloseTo(1, 12);
});

test('the whole of a small model has spectra unasked, rows come once each, and those of vectors have none', async () => {
  const told: TensorAnalysis[] = [];
  const { result } = await here.analyze(recipes.dense, { onTensor: (tensor) => told.push(tensor) });
  expect(told.map(({ name }) => name).toSorted()).toEqual(result.tensors.map(({ name }) => name).toSorted());
  for (const tensor of told)
    expect(result.tensors.find(({ name }) => name === tensor.name)).toEqual({
      ...tensor,
      share: expect.any(Number),
    });
  const kinds = Map.groupBy(result.tensors, ({ shape }) => shape.length);
  expect(kinds.get(2)!.every(({ spectrum }) => spectrum === 'dense')).toBe(true);
  expect(kinds.get(1)!.every(({ spectrum }) => spectrum === null)).toBe(true);
});

test('a spectrum that is not wanted takes nothing but a norm', async () => {
  const { result } = await here.analyze(recipes.dense, { spectra: false });
  expect(result.tensors.every(({ singularValues, norm }) => singularValues === null && norm! > 0)).toBe(true);
});
