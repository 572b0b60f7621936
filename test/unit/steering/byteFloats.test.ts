import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DType } from '#protocol/tensors.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromE4M3, fromE5M2 } from '../../../server/tensors/byteFloats.ts';
import { readJson } from '../../support/json.ts';
import { readModel, valuesOf } from '../../support/readTensors.ts';
import { safetensors } from '../../support/safetensors.ts';
import { scene } from './scene.ts';

const up = 'model.layers.0.mlp.up_proj.weight';
const packed = 'model.layers.0.mlp.down_proj.weight';
const { at, write } = scene();
const trio = { name: 'w', base: 'base', positive: 'plus', negative: 'minus' };

const bytes = (seed: number) => Uint8Array.from({ length: 129 }, (_, index) => (index * seed) % 0x70);
const decoders = { F8_E4M3: fromE4M3, F8_E5M2: fromE5M2 } as const;

function folder(name: string, tensors: Record<string, readonly [DType, number[], Uint8Array]>): void {
  mkdirSync(at(name), { recursive: true });
  writeFileSync(join(at(name), 'config.json'), '{"dtype": "float8_e4m3fn"}');
  const specs = Object.entries(tensors).map(([key, [dtype, shape, data]]) => [
    key,
    { dtype, shape, bytes: data },
  ]);
  writeFileSync(join(at(name), 'model.safetensors'), safetensors(Object.fromEntries(specs)));
}

describe.each(['F8_E4M3', 'F8_E5M2'] as const)('%s checkpoints', (dtype) => {
  const decode = (data: Uint8Array) => [...data].map(decoders[dtype]);
  const [base, plus, minus] = [bytes(1), bytes(5), bytes(3)] as const;
  const expected = decode(base).map(
    (value, index) => value + 0.25 * ((decode(plus)[index] ?? 0) - (decode(minus)[index] ?? 0)),
  );

  beforeAll(() => {
    for (const [name, data] of Object.entries({ base, plus, minus })) {
      folder(name, { [up]: [dtype, [3, 43], data] });
    }
  });

  test('are written in their own dtype, each value rounded once', async () => {
    const { outputs } = await write(trio, { strengths: [0.25, 0] });
    const tensor = readModel(outputs[0]?.path ?? '').get(up);
    const grid = decode(Uint8Array.from({ length: 256 }, (_, byte) => byte)).filter(Number.isFinite);
    const misses = decode(tensor?.bytes ?? new Uint8Array()).filter((found, index) => {
      const wanted = expected[index] ?? 0;
      return Math.abs(found - wanted) > Math.min(...grid.map((value) => Math.abs(value - wanted)));
    });
    expect([tensor?.dtype, misses]).toEqual([dtype, []]);
    expect(readModel(outputs[1]?.path ?? '').get(up)?.bytes).toEqual(Buffer.from(base));
  });

  test('are written as float32 without a loss', async () => {
    const { outputs } = await write({ ...trio, output: { dtype: 'float32' } }, { strengths: [0.25] });
    const tensor = readModel(outputs[0]?.path ?? '').get(up);
    expect(tensor === undefined ? [] : [...valuesOf(tensor)]).toEqual(expected.map(Math.fround));
    expect(readJson(join(outputs[0]?.path ?? '', 'config.json'))).toEqual({ dtype: 'float32' });
  });
});

describe('8-bit floats with factors beside them', () => {
  beforeAll(() => {
    const scale = new Uint8Array(new Float32Array([0.5]).buffer);
    for (const [name, seed] of [
      ['base', 1],
      ['plus', 5],
      ['minus', 3],
    ] as const) {
      const plain = new Uint8Array(new Float32Array([seed]).buffer);
      folder(name, {
        [up]: ['F32', [1], plain],
        [packed]: ['F8_E4M3', [3, 43], bytes(7)],
        [`${packed}_scale_inv`]: ['F32', [1], scale],
      });
    }
  });

  test('are not subtracted as if they were the weights', async () => {
    await expect(write(trio)).rejects.toMatchObject({ code: 'unsupported-dtype', tensor: packed });
  });

  test('make a checkpoint that is steered by way of an adapter alone', async () => {
    const writing = write({ ...trio, include: [up], output: { dtype: 'bfloat16' } });
    await expect(writing).rejects.toMatchObject({
      code: 'unsupported-dtype',
      message: expect.stringContaining('FP8 with scales'),
    });
  });
});
