import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspect } from '../../../server/analysis/inspect.ts';
import { architectures, ggufName, transformersName } from '../../../server/models/gguf/tensorNames.ts';
import { openModel } from '../../../server/models/openModel.ts';
import { readJson } from '../../support/json.ts';
import { root } from '../../support/steer.ts';
import { scene } from './scene.ts';

const here = scene();
const fixtures = join(root, 'test/fixtures/gguf');
const open = (name: string) => openModel(join(fixtures, name), { reference: name });

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by the generator beside it.
const names = readJson(join(fixtures, 'names.json')) as Record<string, Record<string, string>>;

describe.each([...architectures.keys()])('names of %s', (name) => {
  const architecture = architectures.get(name)!;
  const theirs = names[name] ?? {};
  const ours = Object.keys(architecture.outside).concat(
    Object.keys(architecture.inLayer).map((part) => `blk.0.${part}`),
  );

  test('are those of the gguf package, and lead back', () => {
    const known = ours.filter((stem) => Object.values(theirs).includes(stem));
    for (const stem of known) {
      const found = transformersName(`${stem}.weight`, architecture) ?? '';
      expect([stem, theirs[found.replace(/\.weight$/, '')]]).toEqual([stem, stem]);
      expect(ggufName(found, architecture)).toBe(`${stem}.weight`);
    }
    expect(known.length).toBeGreaterThan(9);
  });
});

test('names that are in no map keep what they are called', () => {
  const llama = architectures.get('llama')!;
  for (const name of [
    'rope_freqs.weight',
    'blk.0.constructor.weight',
    '__proto__.weight',
    'blk.x.attn_q.weight',
    '',
  ]) {
    expect(transformersName(name, llama)).toBeUndefined();
    expect(ggufName(name, llama)).toBeUndefined();
  }
});

describe('a GGUF file', () => {
  test.each([
    ['llama-F32.gguf', 'llama'],
    ['llama-F16.gguf', 'llama'],
    ['llama-BF16.gguf', 'llama'],
    ['llama-Q8_0.gguf', 'llama-q8'],
    ['gemma-F32.gguf', 'gemma'],
  ])('%s has the tensors and the values of %s', async (file, folder) => {
    const result = await here.compare(join(fixtures, folder), join(fixtures, file), true);
    expect([result.onlyInA, result.onlyInB]).toEqual([[], []]);
    expect(result.changed.filter(({ shape: [a, b] }) => a.join() !== b.join())).toEqual([]);
    const half = file.includes('F16.gguf') && !file.includes('BF16');
    for (const { name, norm, relativeNorm } of result.tensors) {
      expect([name, half ? (relativeNorm ?? 1) < 1e-3 : norm === 0 || (relativeNorm ?? 1) < 1e-7]).toEqual([
        name,
        true,
      ]);
    }
  });

  test('of GPT-2 has its matrices turned back', async () => {
    const result = await here.compare(join(fixtures, 'gpt2'), join(fixtures, 'gpt2-F16.gguf'), true);
    expect([result.onlyInA, result.onlyInB]).toEqual([[], []]);
    expect(result.tensors.every(({ relativeNorm }) => (relativeNorm ?? 1) < 1e-3)).toBe(true);
    expect(result.tensors.some(({ name }) => name === 'transformer.h.0.attn.c_attn.weight')).toBe(true);
  });

  test('says what its metadata say, and ties its embeddings where it has no head', async () => {
    const model = await open('llama-F32.gguf');
    expect(model).toMatchObject({
      kind: 'checkpoint',
      tied: true,
      config: { model_type: 'llama', num_hidden_layers: 1, num_attention_heads: 4, num_key_value_heads: 2 },
    });
    expect(inspect(model)).toMatchObject({ kind: 'file', format: 'gguf', parameters: 10640 });
  });

  test('is listed in every type that there is', async () => {
    const { tensors } = inspect(await open('types.gguf'));
    expect(tensors.map(({ name, dtype }) => name === `t.${dtype}`)).toEqual(tensors.map(() => true));
    expect(tensors).toHaveLength(34);
    expect(tensors.find(({ dtype }) => dtype === 'Q4_K')).toMatchObject({ shape: [2, 256], bytes: 288 });
  });

  test('of packed values is compared by its bytes only', async () => {
    const paths = [join(fixtures, 'llama-Q4_0.gguf'), join(fixtures, 'llama-F32.gguf')] as const;
    const { tensors } = await here.compare(...paths, true);
    expect(tensors.find(({ name }) => name.endsWith('up_proj.weight'))).toMatchObject({
      norm: null,
      changedShare: null,
    });
  });
});
