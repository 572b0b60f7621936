import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { memorySource } from '../../../server/bytes/memorySource.ts';
import { readGguf } from '../../../server/tensors/gguf/ggufFile.ts';
import { loadCommandsOf } from '../../../server/tasks/loadCommands.ts';
import { Warnings } from '../../../server/warnings.ts';
import { adapterFolder, checkpointFolder, matrix } from '../../support/modelFolders.ts';
import { root } from '../../support/steer.ts';
import { scene } from './scene.ts';

const { at, write, dryRun } = scene();
const q = 'model.layers.0.self_attn.q_proj';
const k = 'model.layers.0.self_attn.k_proj';
const up = 'model.layers.0.mlp.up_proj';
const rows = (count: number) => Array.from({ length: count }, (_, row) => row + 1);

/** Rank 1: row r of the product is (r + 1) · A. */
const plus = {
  [`${q}.lora_A.weight`]: matrix(1, 32, 1),
  [`${q}.lora_B.weight`]: matrix(32, 1, ...rows(32)),
  [`${k}.lora_A.weight`]: matrix(1, 32, 1),
  [`${k}.lora_B.weight`]: matrix(16, 1, ...rows(16)),
};
const minus = {
  [`${up}.lora_A.weight`]: matrix(2, 32, 1),
  [`${up}.lora_B.weight`]: matrix(64, 2, 1),
};
const recipe = { name: 'w', base: 'llama', positive: 'plus', negative: 'minus' };

beforeAll(() => {
  cpSync(join(root, 'test/fixtures/gguf/llama'), at('llama'), { recursive: true });
  adapterFolder(at('plus'), plus, { r: 1 });
  adapterFolder(at('minus'), minus, { r: 2 });
});

async function readAdapter(folder: string) {
  const bytes = readFileSync(join(folder, 'adapter.gguf'));
  const { tensors, values } = await readGguf(memorySource('/adapter.gguf', bytes));
  const read = new Map(
    tensors.map(({ name, shape, offset, bytes: length }) => {
      const values32 = new Float32Array(Uint8Array.from(bytes.subarray(offset, offset + length)).buffer);
      return [name, { shape, values: [...values32] }] as const;
    }),
  );
  return { read, values };
}

describe('a GGUF adapter', () => {
  test('holds w at strength 1 whatever the strength, under the names of llama.cpp', async () => {
    const { outputs } = await write(recipe, { format: 'gguf-adapter', strengths: [1.5, -1] });
    const [one, other] = outputs.map(({ path }) => readFileSync(join(path, 'adapter.gguf')));
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
    const { read, values } = await readAdapter(outputs[0]?.path ?? '');
    expect(Object.fromEntries(values)).toEqual({
      'general.architecture': 'llama',
      'general.type': 'adapter',
      'general.name': 'w',
      'adapter.type': 'lora',
      'adapter.lora.alpha': 2,
    });
    expect([...read].map(([name, { shape }]) => [name, shape])).toEqual([
      ['blk.0.ffn_up.weight.lora_a', [2, 32]],
      ['blk.0.ffn_up.weight.lora_b', [64, 2]],
      ['blk.0.attn_k.weight.lora_a', [1, 32]],
      ['blk.0.attn_k.weight.lora_b', [16, 1]],
      ['blk.0.attn_q.weight.lora_a', [1, 32]],
      ['blk.0.attn_q.weight.lora_b', [32, 1]],
    ]);
  });

  test('has the rows of queries and keys where llama.cpp rotates them, and scales that make alpha / rank 1', async () => {
    const { outputs } = await write(recipe, { format: 'gguf-adapter' });
    const { read } = await readAdapter(outputs[0]?.path ?? '');
    const half = [1, 5, 2, 6, 3, 7, 4, 8];
    const expected = [0, 8, 16, 24].flatMap((head) => half.map((row) => (head + row) / 2));
    expect(read.get('blk.0.attn_q.weight.lora_b')?.values).toEqual(expected);
    expect(read.get('blk.0.attn_k.weight.lora_b')?.values).toEqual(expected.slice(0, 16));
    expect(read.get('blk.0.ffn_up.weight.lora_b')?.values.every((value) => value === -1)).toBe(true);
  });

  test('goes with a record and a card, and a command that gives the strength as the scale', async () => {
    const { outputs, warnings } = await write(recipe, { format: 'gguf-adapter', strengths: [1.5, 0.5] });
    const path = outputs[0]?.path ?? '';
    expect(readdirSync(path).toSorted()).toEqual(['README.md', 'adapter.gguf', 'steering.json']);
    expect(readFileSync(join(path, 'README.md'), 'utf8')).toContain('--lora-scaled adapter.gguf:1.5');
    expect(warnings?.map(({ code }) => code)).toContain('same-adapters');
    const context = { folder: at('.'), signal: new AbortController().signal, warnings: new Warnings() };
    expect(await loadCommandsOf(path, context)).toEqual([
      { label: 'llama.cpp', command: `llama-server -m BASE.gguf --lora-scaled ${path}/adapter.gguf:1.5` },
    ]);
  });

  test('can be for a base that is packed, of which names and shapes are enough', async () => {
    cpSync(join(root, 'test/fixtures/gguf/llama-Q4_0.gguf'), at('llama-Q4_0.gguf'));
    const { outputs } = await write({ ...recipe, base: 'llama-Q4_0.gguf' }, { format: 'gguf-adapter' });
    const { outputs: plain } = await write(recipe, { format: 'gguf-adapter' });
    const [packed, whole] = [outputs, plain].map(([first]) =>
      readFileSync(join(first?.path ?? '', 'adapter.gguf')),
    );
    expect(packed?.equals(whole ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('refused is', () => {
  const embedding = 'model.embed_tokens';
  const embeddings = {
    [`${embedding}.lora_embedding_A`]: matrix(1, 40, 1),
    [`${embedding}.lora_embedding_B`]: matrix(32, 1, 1),
  };

  beforeAll(() => {
    adapterFolder(at('embedding'), embeddings, { r: 1 });
    checkpointFolder(
      at('odd'),
      { [`${q}.weight`]: matrix(32, 32, 1), [`${k}.weight`]: matrix(16, 32, 1) },
      { model_type: 'mamba' },
    );
    checkpointFolder(
      at('headless'),
      { [`${q}.weight`]: matrix(32, 32, 1), [`${k}.weight`]: matrix(16, 32, 1) },
      { model_type: 'llama' },
    );
  });

  test.each([
    [
      'a change of the embeddings',
      { ...recipe, positive: 'embedding', negative: 'base' },
      'not-low-rank',
      /model\.embed_tokens/,
    ],
    ['a target with an adapter of its own', { ...recipe, target: 'plus' }, 'not-low-rank', /both adapters/],
    [
      'the difference of checkpoints',
      { name: 'w', base: 'llama', positive: 'llama-plus.gguf', negative: 'base' },
      'not-low-rank',
      /format: checkpoint|adapter cannot hold/,
    ],
    [
      'a model that llama.cpp has other names for',
      { ...recipe, base: 'odd', negative: 'base' },
      'unsupported-format',
      /"mamba"/,
    ],
    [
      'a configuration that does not count heads',
      { ...recipe, base: 'headless', negative: 'base' },
      'invalid-config',
      /num_attention_heads/,
    ],
  ])('%s', async (_, asked, code, message) => {
    cpSync(join(root, 'test/fixtures/gguf/llama-plus-F32.gguf'), at('llama-plus.gguf'));
    await expect(dryRun(asked, { format: 'gguf-adapter' })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});
