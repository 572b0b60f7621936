import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { WriteResult } from '#protocol/results.ts';
import { readJson } from '../support/json.ts';
import {
  readArchive,
  readModel,
  type ReadTensor,
  unitsApart,
  valuesOf,
  weightsFiles,
} from '../support/readTensors.ts';
import { cases, fixtures, pathOf, steeredCases, strengths } from '../support/steeredCases.ts';
import { write } from '../support/writeRecipe.ts';

const { recipeOf } = steeredCases();

describe.each(cases)('$name', ({ name, recipe, expected: file }) => {
  const expected = readArchive(join(fixtures, file)).tensors;
  let result: WriteResult;

  beforeAll(async () => {
    result = await write(recipeOf(name, recipe, { strength: strengths.map(Number) }));
  });

  test('writes one output for each strength', () => {
    expect(result.outputs.map(({ strength }) => strength)).toEqual(strengths.map(Number));
    for (const { format, path } of result.outputs) {
      expect(format).toBe('checkpoint');
      expect(weightsFiles(path)).toEqual(weightsFiles(join(fixtures, String(recipe['base']))));
    }
  });

  test.each(strengths)('gives at strength %s what it has to', (strength) => {
    const written = readModel(pathOf(result, Number(strength)));
    const due = [...expected].filter(([key]) => key.startsWith(`${strength}/`));
    expect(due.length).toBeGreaterThan(0);
    for (const [key, tensor] of due) {
      const name = key.slice(strength.length + 1);
      expect(disagreements(tensor, written.get(name)), name).toEqual([]);
    }
  });

  test('keeps the values of what has no arithmetic, and the order of the tensors in their files', () => {
    const base = join(fixtures, String(recipe['base']));
    for (const { path } of result.outputs) {
      for (const file of weightsFiles(base)) {
        const [before, after] = [base, path].map((in_) => readArchive(join(in_, file)).tensors);
        const added = name === 'tied-apart' ? ['lm_head.weight'] : [];
        expect([...after!.keys()]).toEqual([...before!.keys(), ...added]);
        for (const [name, { dtype, shape, bytes }] of before!) {
          if (/^(BF16|F\d+)$/.test(dtype)) continue;
          expect(after!.get(name), name).toEqual({ dtype, shape, bytes });
        }
      }
    }
  });

  test('changes the configuration in dtype and tying alone, and keeps the metadata', () => {
    const base = join(fixtures, String(recipe['base']));
    const before = readJson<object>(join(base, 'config.json'));
    const dtype = recipe.output?.['dtype'];
    const changes = {
      ...(dtype === undefined ? {} : { torch_dtype: dtype }),
      ...(name === 'tied-apart' ? { tie_word_embeddings: false } : {}),
    };
    for (const { path } of result.outputs) {
      expect(readJson(join(path, 'config.json'))).toEqual({ ...before, ...changes });
      for (const file of weightsFiles(base)) {
        const { metadata } = readArchive(join(base, file));
        expect(readArchive(join(path, file)).metadata).toEqual({ ...metadata, format: 'pt' });
      }
    }
  });
});

test.each(['dense-bf16', 'dense-f16', 'dense-f32'])(
  '%s warns of what is not finite and of what became infinite',
  async (name) => {
    const { recipe } = cases.find((each) => each.name === name)!;
    const { warnings = [] } = await write(recipeOf(`${name}-warned`, recipe, { strength: 8.2 }));
    const codes = warnings.map(({ code }) => code);
    expect(codes).toContain('not-finite');
    expect(codes).toContain('overflow');
    expect(codes).toContain('integer-tensor');
  },
);

describe.each(['dense-bf16', 'dense-f16', 'dense-f32', 'low-rank-bf16'])('%s, once more', (name) => {
  const { recipe } = cases.find((each) => each.name === name)!;
  const base = join(fixtures, String(recipe['base']));

  test('is the same bytes at strength 0', async () => {
    const { outputs } = await write(recipeOf(`${name}-still`, recipe, { strength: 0 }));
    expect(readModel(outputs[0]!.path)).toEqual(readModel(base));
  });

  test('leaves what is not selected as it is, bit for bit', async () => {
    const moved = 'model.layers.0.self_attn.q_proj.weight';
    const { outputs } = await write(
      recipeOf(`${name}-selected`, recipe, { strength: 8.2, include: [moved] }),
    );
    const before = readModel(base);
    const after = readModel(outputs[0]!.path);
    const differing = [...before]
      .filter(([key, tensor]) => !sameBytes(after.get(key), tensor))
      .map(([key]) => key);
    expect(differing).toEqual([moved]);
    expect(outputs[0]!.tensors).toEqual({ changed: 1, copied: before.size - 1 });
  });

  test('comes out alike from one run for several strengths, from one each, and with --strength', async () => {
    const several = await write(recipeOf(`${name}-several`, recipe, { strength: [-1, 0.3, 1.5] }));
    const single = await write(recipeOf(`${name}-single`, recipe, { strength: 0.3 }));
    const asked = recipeOf(`${name}-asked`, recipe, { strength: 100 });
    const { outputs } = await write(asked, '--strength', '-1', '--strength', '0.3,1.5');
    expect(outputs.map(({ strength }) => strength)).toEqual([-1, 0.3, 1.5]);
    expect(hashOf(pathOf(single, 0.3))).toEqual(hashOf(pathOf(several, 0.3)));
    for (const { path, strength } of outputs) expect(hashOf(path)).toEqual(hashOf(pathOf(several, strength)));
  });
});

/** The first elements that are not what they have to be; float32 may be one unit off, NaN is NaN. */
function disagreements(expected: ReadTensor, written: ReadTensor | undefined): unknown[] {
  if (written === undefined) return ['it is not there'];
  if (written.dtype !== expected.dtype || written.shape.join() !== expected.shape.join()) {
    return [{ dtype: written.dtype, shape: written.shape }];
  }
  if (sameBytes(written, expected)) return [];
  const [due, found] = [valuesOf(expected), valuesOf(written)];
  const tolerance = expected.dtype === 'F32' ? 1 : 0;
  const different = [...due.keys()].filter((i) => {
    if (Number.isNaN(due[i]) || Object.is(due[i], found[i])) return !Object.is(due[i], found[i]);
    return tolerance === 0 || unitsApart(due[i]!, found[i]!) > tolerance;
  });
  return different
    .slice(0, 5)
    .map((i) => ({ element: i, due: due[i], found: found[i], of: different.length }));
}

function sameBytes(one: ReadTensor | undefined, other: ReadTensor): boolean {
  return one !== undefined && Buffer.from(one.bytes).equals(other.bytes);
}

function hashOf(path: string): string[] {
  return weightsFiles(path).map((file) =>
    createHash('sha256')
      .update(readFileSync(join(path, file)))
      .digest('hex'),
  );
}
