import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../support/json.ts';
import { adapterFolder, matrix, type Values } from '../support/modelFolders.ts';
import { findPython } from '../support/python.ts';
import { seeded } from '../support/seeded.ts';
import { finished, root } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { model, saveRecipe, write } from '../support/writeRecipe.ts';

const python = await findPython(['gguf', 'torch', 'safetensors']);
const llama = findLlama();
const strengths = [-1, 0.5, 1.5] as const;
const media = join(root, 'media/demo');

interface Answer {
  /** After each id, of every token. */
  readonly probabilities: readonly (readonly number[])[];
  readonly tokens: readonly number[];
}

/** A folder in which node-llama-cpp is installed; it is too large to be a dependency of these tests. */
function findLlama(): { readonly folder: string } | { readonly reason: string } {
  const folder = process.env['NODE_LLAMA_CPP'];
  if (folder !== undefined && existsSync(join(folder, 'node_modules/node-llama-cpp'))) return { folder };
  return {
    reason: 'NODE_LLAMA_CPP names no folder with node-llama-cpp (npm install --prefix FOLDER node-llama-cpp)',
  };
}

/** Factors of every projection of the tiny Llama, at random. */
function randomAdapter(seed: number): Readonly<Record<string, Values>> {
  const random = seeded(seed);
  const values = (rows: number, columns: number) =>
    matrix(rows, columns, ...Array.from({ length: rows * columns }, () => (random() - 0.5) / 4));
  const shapes = { q_proj: [32, 32], k_proj: [16, 32], v_proj: [16, 32], o_proj: [32, 32] } as const;
  return Object.fromEntries(
    Object.entries(shapes).flatMap(([name, [outputs, inputs]]) => [
      [`model.layers.0.self_attn.${name}.lora_A.weight`, values(4, inputs)],
      [`model.layers.0.self_attn.${name}.lora_B.weight`, values(outputs, 4)],
    ]),
  );
}

const families = [
  {
    name: 'Llama, whose rows are put into another order',
    base: join(root, 'test/fixtures/gguf/llama'),
    random: true,
  },
  { name: 'Qwen 2, the demo', base: join(media, 'base'), random: false },
] as const;

describe.each(families)('$name', ({ base, random }) => {
  let path = '';
  let answers: readonly (readonly [adapter: Answer, checkpoint: Answer])[] = [];

  beforeAll(async () => {
    const folder = await temporaryFolder();
    const sides = ['honest', 'sycophantic'].map((name, seed) =>
      random ? adapterFolder(join(folder.path, name), randomAdapter(seed), { r: 4 }) : join(media, name),
    );
    const [positive = '', negative = ''] = sides;
    const recipe = {
      name: 'w',
      base: model(base),
      positive: model(positive),
      negative: model(negative),
      strength: strengths,
    };
    const saved = saveRecipe(folder.path, recipe);
    const { outputs } = await write(
      saved,
      '--format',
      'gguf-adapter',
      '-o',
      join(folder.path, 'gguf-{strength}'),
    );
    path = join(outputs[0]?.path ?? '', 'adapter.gguf');
    if ('reason' in python || 'reason' in llama) return;
    const exact = saveRecipe(join(folder.path, 'exact'), { ...recipe, output: { dtype: 'float32' } });
    const steered = await write(
      exact,
      '--format',
      'checkpoint',
      '-o',
      join(folder.path, 'steered-{strength}'),
    );
    const models = [base, ...steered.outputs.map((output) => output.path)].map((source, index) => {
      return { source, file: join(folder.path, `${index}.gguf`) };
    });
    for (const { source, file } of models) await convert(python.command, source, file);
    const whole = models.slice(1).map(({ file }) => ({ model: file }));
    const scaled = strengths.map((scale) => ({ model: models[0]?.file, adapter: path, scale }));
    const asked = join(folder.path, 'asked.json');
    writeFileSync(
      asked,
      JSON.stringify({ ids: [5, 17, 9, 33, 2, 21], greedy: 12, runs: [...scaled, ...whole] }),
    );
    const args = [join(root, 'test/support/llamaCpp.cjs'), llama.folder, asked];
    const { code, stdout, stderr } = await finished(process.execPath, args);
    expect(code, stderr).toBe(0);
    const found = parseJson<readonly Answer[]>(stdout.trim().split('\n').at(-1) ?? '');
    answers = strengths.map((_, index) => [found[index]!, found[index + strengths.length]!] as const);
  }, 300_000);

  test('the gguf package reads the adapter as llama.cpp wants it', async ({ skip }) => {
    if ('reason' in python) return skip(python.reason);
    const { code, stdout, stderr } = await finished(python.command, [
      join(root, 'test/support/gguf_adapter.py'),
      path,
    ]);
    expect(code, stderr).toBe(0);
    const { fields, tensors } = parseJson<{
      readonly fields: Readonly<Record<string, unknown>>;
      readonly tensors: Readonly<
        Record<string, { readonly shape: readonly number[]; readonly type: string }>
      >;
    }>(stdout);
    expect(fields).toMatchObject({ 'general.type': 'adapter', 'adapter.type': 'lora' });
    const ranks = Object.entries(tensors).map(([name, { shape, type }]) => {
      return [type, name.endsWith('.lora_a') ? shape[0] : shape[1]] as const;
    });
    expect(new Set(ranks.map(String))).toEqual(new Set([`F32,${String(fields['adapter.lora.alpha'])}`]));
  });

  test('llama.cpp gives base and adapter at a scale the answers of the checkpoint at that strength', ({
    skip,
  }) => {
    if ('reason' in python) return skip(python.reason);
    if ('reason' in llama) return skip(llama.reason);
    for (const [adapter, checkpoint] of answers) {
      expect(adapter.tokens).toEqual(checkpoint.tokens);
      expect(largestDifference(adapter, checkpoint)).toBeLessThan(1e-4);
    }
    const [[low] = [], , [high] = []] = answers;
    expect(low === undefined || high === undefined ? 0 : largestDifference(low, high)).toBeGreaterThan(1e-2);
  });
});

async function convert(command: string, source: string, file: string): Promise<void> {
  const { code, stderr } = await finished(command, [join(root, 'test/support/to_gguf.py'), source, file]);
  expect(code, stderr).toBe(0);
}

function largestDifference(one: Answer, other: Answer): number {
  const pairs = one.probabilities.flatMap((list, at) =>
    list.map((value, token) => Math.abs(value - (other.probabilities[at]?.[token] ?? 1))),
  );
  return Math.max(...pairs);
}
