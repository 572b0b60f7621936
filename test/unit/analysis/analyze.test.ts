import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TensorAnalysis } from '#protocol/results.ts';
import { adapterFolder, checkpointFolder, matrix, vector } from '../../support/modelFolders.ts';
import { parseJson } from '../../support/json.ts';
import { root } from '../../support/steer.ts';
import { multipliedOut, read, singularValues } from './multipliedOut.ts';
import { scene } from './scene.ts';

const here = scene();
const demo = join(root, 'media/demo');

describe('the direction of the demo family', () => {
  test('has on every tensor the norm and the spectrum of the matrix multiplied out', async () => {
    const { result, resolved } = await here.analyze(join(demo, 'honest.steer.yaml'));
    expect(result).toMatchObject({ name: 'honest', layers: 4 });
    expect(result.tensors.map(({ name }) => name)).toEqual([...resolved.direction.tensors.keys()]);
    for (const tensor of result.tensors) {
      const w = multipliedOut(resolved.direction.tensors.get(tensor.name)!);
      const sigma = singularValues(w).slice(0, 16);
      const base = read(resolved.base!.tensors.get(tensor.name)!).norm('frobenius');
      expect(tensor.norm).toBeCloseTo(w.norm('frobenius'), 12);
      expect(tensor.baseNorm).toBeCloseTo(base, 10);
      expect(tensor.relativeNorm).toBeCloseTo(w.norm('frobenius') / base, 12);
      expect(tensor.rank).toBe(16);
      expect(tensor.singularValues).toHaveLength(16);
      tensor.singularValues!.forEach((value, index) => expect(value).toBeCloseTo(sigma[index]!, 12));
      expect(tensor.stableRank).toBeCloseTo(w.norm('frobenius') ** 2 / sigma[0]! ** 2, 10);
      expect(tensor.effectiveRank).toBeCloseTo(entropyRank(sigma), 9);
    }
    expect(result.norm).toBeCloseTo(length(result.tensors.map(({ norm }) => norm!)), 12);
  });

  test('names layer and module of each tensor', async () => {
    const { result } = await here.analyze(join(demo, 'honest.steer.yaml'));
    const modules = new Set(result.tensors.map(({ module }) => module));
    expect(modules).toEqual(new Set('q_proj k_proj v_proj o_proj gate_proj up_proj down_proj'.split(' ')));
    expect(new Set(result.tensors.map(({ layer }) => layer))).toEqual(new Set([0, 1, 2, 3]));
  });

  test('is as large where the base is not known, with nothing to relate it to, which a warning says', async () => {
    for (const name of ['honest', 'sycophantic']) orphan(name);
    const { result, warnings } = await here.analyze({ positive: 'honest', negative: 'sycophantic' });
    const known = await here.analyze(join(demo, 'honest.steer.yaml'));
    expect(result.norm).toBe(known.result.norm);
    expect(new Set(result.tensors.map(({ baseNorm }) => baseNorm))).toEqual(new Set([null]));
    expect(new Set(result.tensors.map(({ relativeNorm }) => relativeNorm))).toEqual(new Set([null]));
    expect(warnings.map(({ code }) => code)).toEqual(['base-not-found', 'no-relative-norms']);
  });
});

test('ranks are those of the singular values', async () => {
  checkpointFolder(here.at('plain'), { 'layers.0.w.weight': matrix(2, 2, 1) });
  const B = { shape: [2, 2], values: [3, 0, 0, 4] };
  const A = { shape: [2, 2], values: [1, 0, 0, 1] };
  adapterFolder(
    here.at('diagonal'),
    { 'layers.0.w.lora_A.weight': A, 'layers.0.w.lora_B.weight': B },
    { r: 2 },
  );
  const { result } = await here.analyze({ base: 'plain', positive: 'diagonal', negative: 'base' });
  expect(result.tensors).toMatchObject([
    { norm: 5, baseNorm: 2, relativeNorm: 2.5, rank: 2, stableRank: 25 / 16, singularValues: [4, 3] },
  ]);
  expect(result.tensors[0]!.effectiveRank).toBeCloseTo(entropyRank([4, 3]), 14);
});

describe('the difference of checkpoints', () => {
  test('has norms, and no spectrum where that is not wanted', async () => {
    const changed = difference(matrix(3, 5, 1, 2, 3), matrix(3, 5, 2, 4, 3), { spectra: false });
    expect(await changed).toEqual([
      {
        name: 'w',
        layer: null,
        module: 'w',
        group: 'other',
        shape: [3, 5],
        norm: 5,
        baseNorm: Math.sqrt(5 * 14),
        relativeNorm: 5 / Math.sqrt(70),
        rank: null,
        stableRank: null,
        effectiveRank: null,
        share: 1,
        singularValues: null,
        energy: null,
        spectrum: null,
        spectrumError: null,
      },
    ]);
  });

  test('is related to nothing where the base is zero', async () => {
    expect(await difference(vector(0, 0), vector(3, 4))).toMatchObject([
      { norm: 5, baseNorm: 0, relativeNorm: null },
    ]);
  });

  test.each([
    ['NaN', Number.NaN],
    ['infinite', Infinity],
  ])('has no norm where an element is %s', async (_, value) => {
    checkpointFolder(here.at('before'), { w: vector(1, 2) });
    checkpointFolder(here.at('after'), { w: vector(1, value) });
    const { result, warnings } = await here.analyze({ base: 'before', positive: 'after', negative: 'base' });
    expect(result).toMatchObject({ norm: null, tensors: [{ name: 'w', norm: null, relativeNorm: null }] });
    expect(warnings).toMatchObject([{ code: 'not-finite', tensor: 'w' }]);
  });
});

test('factors on a full fine-tune are multiplied out for their spectrum, and have no rank', async () => {
  checkpointFolder(here.at('low'), { 'w.weight': matrix(2, 3, 0) });
  checkpointFolder(here.at('high'), { 'w.weight': matrix(2, 3, 1) });
  const factors = { 'w.lora_A.weight': matrix(1, 3, 2), 'w.lora_B.weight': matrix(2, 1, 1) };
  adapterFolder(here.at('on'), factors, { r: 1 });
  const { result } = await here.analyze({ base: 'low', positive: 'high+on', negative: 'base' });
  expect(result.tensors).toMatchObject([
    { norm: Math.sqrt(54), baseNorm: 0, rank: null, spectrum: 'dense', spectrumError: null },
  ]);
  const [largest, other] = result.tensors[0]!.singularValues!;
  expect(largest).toBeCloseTo(Math.sqrt(54), 12);
  expect(other).toBeCloseTo(0, 6);
  expect(result.tensors[0]!.energy![0]).toBeCloseTo(1, 12);
});

function difference(
  before: Parameters<typeof checkpoint>[1],
  after: typeof before,
  options: { readonly spectra?: boolean } = {},
): Promise<readonly TensorAnalysis[]> {
  checkpoint('before', before);
  checkpoint('after', after);
  return here
    .analyze({ base: 'before', positive: 'after', negative: 'base' }, options)
    .then(({ result }) => result.tensors);
}

function checkpoint(name: string, w: ReturnType<typeof vector>): void {
  checkpointFolder(here.at(name), { w });
}

/** A demo adapter that does not know its base any more. */
function orphan(name: string): void {
  cpSync(join(demo, name), here.at(name), { recursive: true });
  const path = join(here.at(name), 'adapter_config.json');
  const config = parseJson<object>(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...config, base_model_name_or_path: 'nowhere/to-be-found' }));
}

function entropyRank(sigma: readonly number[]): number {
  const total = sigma.reduce((sum, value) => sum + value, 0);
  return Math.exp(-sigma.reduce((sum, value) => sum + (value / total) * Math.log(value / total), 0));
}

function length(values: readonly number[]): number {
  return Math.hypot(...values);
}
