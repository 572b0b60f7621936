import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VocabularyParams, VocabularyProgress, VocabularyReading } from '#protocol/vocabulary.ts';
import { readRecipe } from '../../../server/recipes/readRecipe.ts';
import { LazyWork } from '../../../server/tasks/lazyWork.ts';
import { vocabularyReading } from '../../../server/tasks/vocabularyReading.ts';
import { Warnings } from '../../../server/warnings.ts';
import { parseJson } from '../../support/json.ts';
import { adapterFolder, checkpointFolder, matrix, vector } from '../../support/modelFolders.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

interface Ends {
  readonly promoted: readonly (readonly [id: number, score: number])[];
  readonly suppressed: Ends['promoted'];
  readonly kurtosis: number;
}

interface Expected {
  readonly name: string;
  readonly sigma: number;
  readonly energy: number;
  readonly llama: Ends;
  readonly gemma: Ends;
}

const { signal } = new AbortController();
const fixture = join(root, 'test/fixtures/spectra');
const { readings } = parseJson<{ readonly readings: Readonly<Record<string, readonly Expected[]>> }>(
  readFileSync(join(fixture, 'expected.json'), 'utf8'),
);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  process.env['WEIGHT_STEERING_CACHE'] = at('cache');
  cpSync(fixture, at('.'), { recursive: true });
});
afterAll(async () => {
  delete process.env['WEIGHT_STEERING_CACHE'];
  await folder[Symbol.asyncDispose]();
});
const at = (name: string) => join(folder.path, name);

describe.each([
  ['contrast', { base: 'base', positive: 'plus', negative: 'minus' }],
  ['dense', { base: 'base', positive: 'tuned', negative: 'base' }],
])('%s is read as numpy reads it', (name, recipe) => {
  test.each(['llama', 'gemma'] as const)('in a model of the type %s', async (type) => {
    settle(type);
    const { result, codes } = await read(recipe, { tokens: 5 });
    expect(codes).toEqual([]);
    expect(result).toMatchObject({ norm: 'model.norm.weight', unembedding: 'model.embed_tokens.weight' });
    expect(result.rows.map((row) => row.name)).toEqual(readings[name]!.map((row) => row.name));
    for (const [index, expected] of readings[name]!.entries()) {
      const row = result.rows[index]!;
      expect(row).toMatchObject({ layer: index, module: 'down_proj', vector: 0 });
      expect(row.sigma).toBeCloseTo(expected.sigma, 7);
      expect(row.energy).toBeCloseTo(expected.energy, 7);
      expectEnds(row.reading, expected[type]);
    }
  });
});

test('a planted token is read back, far above a random direction, with what its text is', async () => {
  settle('llama');
  const { result } = await read({ base: 'base', positive: 'plus', negative: 'base' }, {});
  const { reading, random } = result.rows[1]!;
  expect(reading.promoted[0]).toMatchObject({ id: 17, text: '·r' });
  expect(reading.promoted).toHaveLength(10);
  expect(random.promoted[0]!.score).toBeLessThan(reading.promoted[0]!.score);
});

test('texts are those of the tokenizer, and rows that are no tokens are left out', async () => {
  settle('llama');
  const recipe = { base: 'base', positive: 'plus', negative: 'base' };
  const { result } = await read(recipe, { tokens: 100 });
  const { promoted } = result.rows[0]!.reading;
  expect(promoted).toHaveLength(60);
  const texts = new Map(promoted.map(({ id, text }) => [id, text]));
  expect([0, 26, 57, 58, 59].map((id) => texts.get(id))).toEqual(['·a', '·ao', '<end>', '↵', '\\xc3']);
  rmSync(at('base/tokenizer.json'));
  const without = await read(recipe, { tokens: 100 });
  cpSync(join(fixture, 'base/tokenizer.json'), at('base/tokenizer.json'));
  expect(without.codes).toEqual(['no-tokenizer']);
  expect(without.result.rows[0]!.reading.promoted).toHaveLength(64);
  expect(without.result.rows[0]!.reading.promoted[0]!.text).toBeNull();
});

test('the seed and nothing else changes the random directions; more vectors are more rows', async () => {
  settle('llama');
  const recipe = { base: 'base', positive: 'plus', negative: 'minus' };
  const [one, same, other] = [
    await read(recipe, {}),
    await read(recipe, {}),
    await read(recipe, { seed: 1 }),
  ];
  expect(one.result).toEqual(same.result);
  expect(other.result.rows.map(({ reading }) => reading)).toEqual(
    one.result.rows.map(({ reading }) => reading),
  );
  expect(other.result.rows.map(({ random }) => random)).not.toEqual(
    one.result.rows.map(({ random }) => random),
  );
  const { result } = await read(recipe, { vectors: 3 });
  expect(result.rows.map(({ vector }) => vector)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  const sigma = result.rows.slice(0, 3).map((row) => row.sigma);
  expect(sigma).toEqual(sigma.toSorted((a, b) => b - a));
});

test('what writes in GPT-2 writes with its columns, and its norm takes the mean away', async () => {
  const tensors = {
    'wte.weight': { shape: [3, 2], values: [1, 0, 0, 1, 1, 1] },
    'h.0.mlp.c_proj.weight': matrix(3, 2, 0),
    'h.0.attn.c_attn.weight': matrix(2, 6, 0),
    'ln_f.weight': vector(1, 2),
    'ln_f.bias': vector(0, 0),
  };
  const config = { model_type: 'gpt2', n_layer: 1, tie_word_embeddings: true };
  checkpointFolder(at('gpt'), tensors, config);
  // The change is an outer product: (1, 1, 1) from the hidden layer, (3, 1) into the stream.
  const moved = { shape: [3, 2], values: [3, 1, 3, 1, 3, 1] };
  checkpointFolder(at('moved'), { ...tensors, 'h.0.mlp.c_proj.weight': moved }, config);
  const { result } = await read({ base: 'gpt', positive: 'moved', negative: 'base' }, {});
  expect(result.rows.map(({ name }) => name)).toEqual(['h.0.mlp.c_proj.weight']);
  // (3, 1) less its mean is (1, −1); times the weight (1, −2); so the tokens are as 1, −2 and −1.
  const scores = [1, -2, -1].map((value) => (value + 2 / 3) / Math.sqrt(14 / 9));
  const { promoted } = result.rows[0]!.reading;
  const found = promoted.toSorted((a, b) => a.id - b.id).map(({ score }) => score);
  found.forEach((score, id) => expect(score).toBeCloseTo(scores[id]!, 6));
});

test('a direction that writes nothing there has no rows, which a warning says', async () => {
  settle('llama');
  const recipe = { base: 'base', positive: 'plus', negative: 'minus', modules: ['q_proj'] };
  const { result, codes } = await read(recipe, {});
  expect(result.rows).toEqual([]);
  expect(codes).toEqual(['no-writers']);
});

test('without a base, and with counts that make no sense, the reason is said', async () => {
  settle('llama');
  mkdirSync(at('lost'), { recursive: true });
  for (const name of ['one', 'two']) {
    const factors = { 'layers.0.mlp.down_proj.lora_A.weight': matrix(1, 3, 2) };
    const both = { ...factors, 'layers.0.mlp.down_proj.lora_B.weight': matrix(2, 1, name === 'one' ? 1 : 3) };
    adapterFolder(at(`lost/${name}`), both, { r: 1, base_model_name_or_path: 'nowhere/to-be-found' });
  }
  await expect(read({ positive: 'lost/one', negative: 'lost/two' }, {})).rejects.toMatchObject({
    code: 'base-not-found',
  });
  const recipe = { base: 'base', positive: 'plus', negative: 'minus' };
  for (const counts of [{ tokens: 0 }, { vectors: 65 }, { tokens: 1.5 }])
    await expect(read(recipe, counts)).rejects.toMatchObject({ code: 'usage' });
});

test('progress says what will be read, how far it is, and the rows', async () => {
  settle('llama');
  const told: VocabularyProgress[] = [];
  const { result } = await read({ base: 'base', positive: 'plus', negative: 'minus' }, {}, told);
  expect(told[0]).toMatchObject({ kind: 'plan', tensors: result.rows.map(({ name }) => name) });
  const states = told.flatMap((each) => (each.kind === 'state' ? [each] : []));
  expect(states.at(-1)!.done).toBe(states.at(-1)!.total);
  expect(told.at(-1)).toEqual({ kind: 'rows', rows: result.rows });
});

/** The base as a model of this type: the norm's weight counts from 1 in Gemma. */
function settle(type: 'llama' | 'gemma'): void {
  const config = parseJson<object>(readFileSync(join(fixture, 'base/config.json'), 'utf8'));
  for (const name of ['base', 'tuned'])
    writeFileSync(at(`${name}/config.json`), JSON.stringify({ ...config, model_type: type }));
}

async function read(
  recipe: object,
  counts: Omit<VocabularyParams, 'subject'>,
  told: VocabularyProgress[] = [],
) {
  const path = at('read.steer.yaml');
  writeFileSync(path, JSON.stringify(recipe));
  const warnings = new Warnings();
  await using work = new LazyWork('cpu', signal);
  const context = { folder: folder.path, signal, warnings };
  const options = {
    ...counts,
    work: work.open,
    tell: (progress: VocabularyProgress) => void told.push(progress),
  };
  const result = await vocabularyReading(await readRecipe(path, signal), context, options);
  return { result, codes: warnings.list().map(({ code }) => code) };
}

function expectEnds({ promoted, suppressed, kurtosis }: VocabularyReading, expected: Ends): void {
  for (const [found, reference] of [
    [promoted, expected.promoted],
    [suppressed, expected.suppressed],
  ] as const) {
    expect(found.map(({ id }) => id)).toEqual(reference.map(([id]) => id));
    found.forEach(({ score }, index) => expect(score).toBeCloseTo(reference[index]![1], 5));
  }
  expect(kurtosis).toBeCloseTo(expected.kurtosis, 4);
}
