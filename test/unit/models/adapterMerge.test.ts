import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFineTune, type FineTune, valueOf } from '../../../server/directions/fineTune.ts';
import { readAdapter } from '../../../server/models/adapter.ts';
import { openCheckpoint } from '../../../server/models/checkpoint.ts';
import { matchAdapter } from '../../../server/models/matchAdapter.ts';
import type { Checkpoint } from '../../../server/models/model.ts';
import { tiedRolesOf } from '../../../server/models/tiedRoles.ts';
import type { StoredTensor } from '../../../server/tensors/storedTensor.ts';
import { evaluateTerms } from '../../support/evaluateTerms.ts';
import { parseJson } from '../../support/json.ts';
import { readArchive, type ReadTensor, valuesOf } from '../../support/readTensors.ts';
import { root } from '../../support/steer.ts';

const folder = join(root, 'test/fixtures/adapters');
const { cases } = parseJson<{ cases: Record<string, { base: string; adapter: string }> }>(
  readFileSync(join(folder, 'cases.json'), 'utf8'),
);
const names = Object.keys(cases);
const residual = names.filter((name) => /^(?:pissa|olora)-/.test(name));

describe('what PEFT merges', () => {
  test.each(names.filter((name) => !residual.includes(name)))('%s is what PEFT merges', async (name) => {
    const { fineTune, base, merged } = await open(name);
    for (const [tensor, expected] of merged) {
      expect(distance(value(fineTune, tensor, base), valuesOf(expected)), tensor).toBeLessThan(1e-12);
    }
  });

  test.each(names.filter((name) => !residual.includes(name)))('%s changes nothing else', async (name) => {
    const { fineTune, base, merged } = await open(name);
    const names = new Set([...base.tensors.keys(), ...fineTune.changes.keys()]);
    const others = [...names].filter((tensor) => !merged.has(tensor));
    expect(others).not.toHaveLength(0);
    for (const tensor of others) {
      const stored = storedOf(base, tensor);
      const plain = evaluateTerms([{ kind: 'dense', scale: 1, tensor: stored }], elementsOf(stored.shape));
      expect(value(fineTune, tensor, base), tensor).toEqual(plain);
    }
  });

  test.each(['pissa', 'olora'])(
    'the difference of two adapters with %s is that of what PEFT merges',
    async (init) => {
      const [before, after] = [await open(`${init}-before`), await open(`${init}-after`)];
      expect(before.merged.size).toBe(4);
      for (const [tensor, expected] of after.merged) {
        const change = difference(
          value(after.fineTune, tensor, after.base),
          value(before.fineTune, tensor, before.base),
        );
        const merged = difference(valuesOf(expected), valuesOf(before.merged.get(tensor)!));
        expect(distance(change, merged), tensor).toBeLessThan(1e-6);
      }
    },
  );

  test.each(residual)('%s warns that PEFT changes its base', async (name) => {
    const { warnings } = await adapterOf(name);
    expect(warnings.map(({ code }) => code)).toEqual(['changed-base']);
    expect(warnings[0]?.message).toMatch(/PiSSA|OLoRA/);
  });

  test.each(names.filter((name) => !residual.includes(name)))(
    '%s is read without a warning',
    async (name) => {
      expect((await adapterOf(name)).warnings).toEqual([]);
    },
  );
});

async function adapterOf(name: string) {
  return await readAdapter(join(folder, 'cases', name, cases[name]!.adapter), { reference: name });
}

async function open(name: string) {
  const base = await openCheckpoint(join(folder, 'bases', cases[name]!.base), { reference: 'base' });
  const adapter = matchAdapter(await adapterOf(name), base);
  const fineTune = createFineTune({ label: name, path: adapter.path, checkpoint: base, adapter });
  const merged: ReadonlyMap<string, ReadTensor> = readArchive(
    join(folder, 'cases', name, 'merged.safetensors'),
  ).tensors;
  return { base, fineTune, merged };
}

function value(fineTune: FineTune, tensor: string, base: Checkpoint): Float64Array {
  const terms = valueOf(fineTune, tensor, tiedRolesOf(base));
  return evaluateTerms(terms!, elementsOf(storedOf(base, tensor).shape));
}

/** For the head of a tied base, the embedding. */
function storedOf(base: Checkpoint, tensor: string): StoredTensor {
  return base.tensors.get(tensor) ?? base.tensors.get(tiedRolesOf(base)!.embedding)!;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}

function difference(one: Float64Array, other: Float64Array): Float64Array {
  return one.map((number, at) => number - other[at]!);
}

/** Relative to the largest. */
function distance(found: Float64Array, expected: Float64Array): number {
  const largest = expected.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  return difference(found, expected).reduce((most, number) => Math.max(most, Math.abs(number)), 0) / largest;
}
