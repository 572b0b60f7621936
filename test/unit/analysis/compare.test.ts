import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { differs } from '../../../server/analysis/compare.ts';
import type { TensorSpec } from '../../support/safetensors.ts';
import { root } from '../../support/steer.ts';
import { multipliedOut, read } from './multipliedOut.ts';
import { scene } from './scene.ts';

const here = scene();
const demo = join(root, 'media/demo');

test('structure tells what only one has, and what has another dtype or shape', async () => {
  const a = { gone: f32(1), kept: f32(1), wider: f32(1, 2), halved: f32(1) };
  const b = { kept: f32(2), wider: f32(1, 2, 3), halved: bf16(0x3f80), new: f32(1) };
  const result = await compared(a, b, false);
  expect(result).toEqual({
    onlyInA: ['gone'],
    onlyInB: ['new'],
    changed: [
      { name: 'wider', dtype: ['F32', 'F32'], shape: [[2], [3]] },
      { name: 'halved', dtype: ['F32', 'BF16'], shape: [[1], [1]] },
    ],
    tensors: [],
    codes: [],
  });
  expect(differs(result)).toBe(true);
});

describe('values', () => {
  test('are those of B − A', async () => {
    const { tensors } = await compared({ w: f32(3, 4, 0, 0) }, { w: f32(3, 4, 0, 12) }, true);
    expect(tensors).toEqual([
      {
        name: 'w',
        norm: 12,
        relativeNorm: 12 / 5,
        maxAbs: 12,
        maxUlps: 0x41400000, // What the bits of 12 are as a whole number: so many float32 from 0 on.
        cosine: 5 / 13,
        changedShare: 1 / 4,
      },
    ]);
  });

  test.each([
    [
      'the same',
      f32(1, 2),
      f32(1, 2),
      { norm: 0, relativeNorm: 0, maxAbs: 0, maxUlps: 0, cosine: 1, changedShare: 0 },
    ],
    ['the opposite', f32(1, 2), f32(-1, -2), { relativeNorm: 2, maxAbs: 4, cosine: -1, changedShare: 1 }],
    [
      'across dtypes',
      f32(1, 2),
      bf16(0x3f80, 0x4040),
      { norm: 1, maxAbs: 1, maxUlps: null, changedShare: 0.5 },
    ],
    ['neighbours', bf16(0x3f80, 0x4040), bf16(0x3f81, 0x403d), { maxUlps: 3, changedShare: 1 }],
    ['zeros in A', f32(0, 0), f32(3, 4), { norm: 5, relativeNorm: null, cosine: null, changedShare: 1 }],
    ['zeros of both signs', f32(0), f32(-0), { norm: 0, maxAbs: 0, changedShare: 1 }],
    ['no elements', f32(), f32(), { norm: 0, maxAbs: 0, changedShare: 0 }],
    [
      'integers',
      i32(7, 8),
      i32(7, 9),
      { norm: null, maxUlps: null, maxAbs: null, cosine: null, changedShare: 0.5 },
    ],
    ['quantised', f8(1, 2, 3, 4), f8(1, 2, 3, 5), { norm: null, cosine: null, changedShare: 0.25 }],
    ['quantised against not', f8(1), f32(1), { norm: null, cosine: null, changedShare: null }],
  ])('of %s', async (_, a, b, expected) => {
    const { tensors } = await compared({ w: a }, { w: b }, true);
    expect(tensors).toMatchObject([{ name: 'w', ...expected }]);
  });

  test('that are not finite have no norm, a warning, and are the same where their bits are', async () => {
    const result = await compared({ w: f32(1, Number.NaN) }, { w: f32(1, Number.NaN) }, true);
    expect(result.tensors).toMatchObject([{ norm: null, maxAbs: null, cosine: null, changedShare: 0 }]);
    expect(result.codes).toEqual(['not-finite']);
    expect(differs(result)).toBe(false);
  });

  test('of other shapes are not compared', async () => {
    expect((await compared({ w: f32(1, 2) }, { w: f32(1) }, true)).tensors).toEqual([]);
  });

  test('decide whether two models differ', async () => {
    expect(differs(await compared({ w: f32(1, 2) }, { w: f32(1, 2) }, true))).toBe(false);
    expect(differs(await compared({ w: f32(1, 2) }, { w: f32(1, 3) }, true))).toBe(true);
  });
});

test('adapters are compared factor by factor', async () => {
  const { onlyInA, onlyInB, tensors } = await here.compare(
    join(demo, 'honest'),
    join(demo, 'sycophantic'),
    true,
  );
  expect({ onlyInA, onlyInB, count: tensors.length }).toEqual({ onlyInA: [], onlyInB: [], count: 56 });
  expect(tensors.map(({ name }) => name)).toContain(
    'base_model.model.model.layers.0.mlp.down_proj.lora_A.weight',
  );
  expect(tensors.every(({ changedShare }) => changedShare === 1)).toBe(true);
});

describe('a checkpoint with an adapter on it', () => {
  const [base, honest] = [join(demo, 'base'), join(demo, 'honest')];

  test('differs from the checkpoint by what the adapter does', async () => {
    const forwards = await here.compare(base, await here.withAdapter(base, honest), true);
    const backwards = await here.compare(await here.withAdapter(base, honest), base, true);
    const { result, resolved } = await here.analyze({ base, positive: honest, negative: 'base' });
    expect(forwards).toMatchObject({ onlyInA: [], onlyInB: [], changed: [] });
    expect(forwards.tensors).toHaveLength(50);
    const moved = forwards.tensors.filter(({ changedShare }) => changedShare !== 0);
    expect(moved.map(({ name }) => name)).toEqual(result.tensors.map(({ name }) => name));
    for (const [index, { name, norm, relativeNorm }] of result.tensors.entries()) {
      const w = multipliedOut(resolved.direction.tensors.get(name)!);
      const before = read(resolved.base!.tensors.get(name)!);
      const after = Matrix.add(before, w);
      const cosine = before.dot(after) / (before.norm('frobenius') * after.norm('frobenius'));
      const [there, back] = [moved[index]!, backwards.tensors.find((each) => each.name === name)!];
      for (const one of [there, back]) {
        expect(one.norm).toBeCloseTo(norm!, 10);
        expect(one.maxAbs).toBeCloseTo(Math.max(w.max(), -w.min()), 10);
        expect(one.cosine).toBeCloseTo(cosine, 10);
      }
      expect(there.relativeNorm).toBeCloseTo(relativeNorm!, 10);
      expect(back.relativeNorm).toBeCloseTo(norm! / after.norm('frobenius'), 10);
    }
  });

  test('is the same as itself', async () => {
    const [a, b] = [await here.withAdapter(base, honest), await here.withAdapter(base, honest)];
    const result = await here.compare(a, b, true);
    expect(differs(result)).toBe(false);
    expect(result.tensors.every(({ norm }) => norm === 0)).toBe(true);
  });

  test('is the same as with a copy of it, and of a copy with one other bit one tensor is another', async () => {
    for (const part of ['base', 'copy'])
      cpSync(join(demo, part === 'base' ? 'base' : 'honest'), here.at(part), { recursive: true });
    const a = await here.withAdapter(base, honest);
    expect(differs(await here.compare(a, await here.withAdapter(base, here.at('copy')), true))).toBe(false);
    expect(differs(await here.compare(a, await here.withAdapter(here.at('base'), honest), true))).toBe(false);
    const path = join(here.at('copy'), 'adapter_model.safetensors');
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    const { tensors } = await here.compare(a, await here.withAdapter(base, here.at('copy')), true);
    expect(tensors.filter(({ changedShare }) => changedShare !== 0)).toHaveLength(1);
  });
});

test('a training run has no weights of its own', async () => {
  const runs = here.compare(join(demo, 'base'), join(demo, 'runs/drifting'), false);
  await expect(runs).rejects.toMatchObject({
    code: 'not-a-model',
    message: expect.stringContaining('checkpoint-60'),
  });
});

function compared(a: TensorSpec, b: TensorSpec, values: boolean) {
  return here.compare(here.file('a.safetensors', a), here.file('b.safetensors', b), values);
}

function f32(...values: readonly number[]) {
  return {
    dtype: 'F32' as const,
    shape: [values.length],
    bytes: new Uint8Array(new Float32Array(values).buffer),
  };
}

function bf16(...words: readonly number[]) {
  return {
    dtype: 'BF16' as const,
    shape: [words.length],
    bytes: new Uint8Array(new Uint16Array(words).buffer),
  };
}

function i32(...values: readonly number[]) {
  return {
    dtype: 'I32' as const,
    shape: [values.length],
    bytes: new Uint8Array(new Int32Array(values).buffer),
  };
}

function f8(...values: readonly number[]) {
  return { dtype: 'F8_E8M0' as const, shape: [values.length], bytes: new Uint8Array(values) };
}
