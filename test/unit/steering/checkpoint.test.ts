import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readJson } from '../../support/json.ts';
import { adapterFolder, checkpointFolder, matrix, vector } from '../../support/modelFolders.ts';
import { readModel, valuesOf } from '../../support/readTensors.ts';
import { safetensors } from '../../support/safetensors.ts';
import { scene } from './scene.ts';

const q = 'model.layers.0.self_attn.q_proj.weight';
const norm = 'model.norm.weight';
const { at, write, dryRun } = scene();
const trio = { name: 'w', base: 'base', positive: 'plus', negative: 'minus' };

beforeAll(() => {
  checkpointFolder(at('base'), { [q]: matrix(2, 3, 1), [norm]: vector(1, 2, 3) }, { torch_dtype: 'float32' });
  checkpointFolder(at('plus'), { [q]: matrix(2, 3, 2, 4), [norm]: vector(1, 2, 3) });
  checkpointFolder(at('minus'), { [q]: matrix(2, 3, 1, 1), [norm]: vector(1, 2, 3) });
});

function read(path: string, name: string): number[] {
  const tensor = readModel(path).get(name);
  if (tensor === undefined) throw new Error(`${path} has no ${name}.`);
  return [...valuesOf(tensor)];
}

/** All files, without what two outputs differ in: their own names. */
function bytesOf(path: string): (readonly [name: string, text: string])[] {
  return readdirSync(path)
    .toSorted()
    .map((name) => {
      const text = readFileSync(join(path, name), 'latin1');
      return [name, name === 'README.md' ? text.replace(/^# .*$/m, '') : text.replace(/"plan": .*/, '')];
    });
}

function oneVector(name: string, ...values: number[]): Uint8Array {
  const bytes = new Uint8Array(new Float32Array(values).buffer);
  return safetensors({ [name]: { dtype: 'F32', shape: [values.length], bytes } });
}

test('adds w to the base with each strength, from one run', async () => {
  const { outputs } = await write(trio, { strengths: [1, -0.5, 0] });
  expect(outputs.map(({ path }) => read(path, q).slice(0, 2))).toEqual([
    [2, 4],
    [0.5, -0.5],
    [1, 1],
  ]);
  expect(outputs.map(({ tensors }) => tensors)).toEqual([
    { changed: 2, copied: 0 },
    { changed: 2, copied: 0 },
    { changed: 0, copied: 2 },
  ]);
});

test('says what rounding did', async () => {
  const { outputs } = await write(trio);
  const requested = Math.sqrt(3 * (1 + 9));
  expect(outputs[0]?.rounding).toEqual({
    requested,
    realised: requested,
    cosine: 1,
    projection: 1,
    unmoved: 0,
    overflowed: 0,
  });
});

test('leaves out what the recipe does not select, as identical bytes', async () => {
  const { outputs } = await write({ ...trio, modules: ['norms'] });
  expect(outputs[0]?.tensors).toEqual({ changed: 1, copied: 1 });
  expect(readModel(outputs[0]?.path ?? '').get(q)).toEqual(readModel(at('base')).get(q));
});

describe('what goes along', () => {
  beforeAll(() => {
    const files = {
      'tokenizer.json': '{}',
      'README.md': 'old',
      'optimizer.pt': 'x',
      '.hidden': 'x',
      'chat_template.jinja': 'y',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(at('base'), name), text);
    mkdirSync(join(at('base'), 'sub'));
  });

  test('tokenizer and templates are copied; state, cards and hidden files are not', async () => {
    const { outputs } = await write(trio);
    const path = outputs[0]?.path ?? '';
    expect(readdirSync(path).toSorted()).toEqual([
      'README.md',
      'chat_template.jinja',
      'config.json',
      'model.safetensors',
      'steering.json',
      'tokenizer.json',
    ]);
    expect(readFileSync(join(path, 'chat_template.jinja'), 'utf8')).toBe('y');
    expect(readFileSync(join(path, 'README.md'), 'utf8')).not.toContain('old');
  });

  test('the configuration changes in its dtype only, under the key it has', async () => {
    const { outputs } = await write({ ...trio, output: { dtype: 'bfloat16' } });
    const path = outputs[0]?.path ?? '';
    expect(readJson(join(path, 'config.json'))).toEqual({ torch_dtype: 'bfloat16' });
    expect([...readModel(path).values()].map(({ dtype }) => dtype)).toEqual(['BF16', 'BF16']);
  });

  test('the record names no absolute path', async () => {
    const { outputs } = await write({ ...trio, positive: at('plus') });
    const path = outputs[0]?.path ?? '';
    for (const name of ['steering.json', 'README.md']) {
      expect(readFileSync(join(path, name), 'utf8')).not.toContain(at(''));
    }
    expect(readJson(join(path, 'steering.json'))).toMatchObject({
      recipe: { base: 'base', positive: 'plus', strength: 1 },
      inputs: [{ role: 'base', model: 'base' }, { role: 'positive' }, { role: 'negative' }],
    });
  });

  test('the same recipe on the same files gives the same bytes, all files included', async () => {
    const [one = '', two = ''] = [await write(trio), await write(trio)].map(
      ({ outputs }) => outputs[0]?.path,
    );
    expect(bytesOf(one)).toEqual(bytesOf(two));
  });
});

describe('files', () => {
  test("keep the target's shards and order", async () => {
    const folder = at('sharded');
    mkdirSync(folder);
    writeFileSync(join(folder, 'model-00001-of-00002.safetensors'), oneVector('b', 1, 2));
    writeFileSync(join(folder, 'model-00002-of-00002.safetensors'), oneVector('a', 3));
    const index = {
      metadata: { total_size: 12 },
      weight_map: { b: 'model-00001-of-00002.safetensors', a: 'model-00002-of-00002.safetensors' },
    };
    writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
    checkpointFolder(at('shifted'), { a: vector(5), b: vector(1, 3) });
    const { outputs } = await write(
      { base: 'sharded', positive: 'shifted', negative: 'base' },
      { strengths: [2] },
    );
    const path = outputs[0]?.path ?? '';
    expect(readJson(join(path, 'model.safetensors.index.json'))).toEqual(index);
    expect([read(path, 'a'), read(path, 'b')]).toEqual([[7], [1, 4]]);
  });

  test('are cut at max_shard_size', async () => {
    const { outputs } = await write({ ...trio, output: { max_shard_size: 24 } });
    const path = outputs[0]?.path ?? '';
    expect(readdirSync(path).filter((name) => name.startsWith('model'))).toEqual([
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'model.safetensors.index.json',
    ]);
    expect(read(path, q).slice(0, 2)).toEqual([2, 4]);
  });
});

describe('targets', () => {
  test("a target's own adapter is in the result", async () => {
    const lora = {
      [`${q.replace('.weight', '')}.lora_A.weight`]: matrix(1, 3, 1),
      [`${q.replace('.weight', '')}.lora_B.weight`]: matrix(2, 1, 10),
    };
    adapterFolder(at('task'), lora, { r: 1 });
    const { outputs } = await write({ ...trio, target: 'base+task' });
    expect(read(outputs[0]?.path ?? '', q).slice(0, 2)).toEqual([12, 14]);
  });

  test('another checkpoint is steered in its own values', async () => {
    checkpointFolder(at('other'), { [q]: matrix(2, 3, 100), [norm]: vector(7, 8, 9) });
    const { outputs } = await write({ ...trio, target: 'other' });
    expect(read(outputs[0]?.path ?? '', q).slice(0, 2)).toEqual([101, 103]);
  });

  test('a target without the tensor is refused by name', async () => {
    checkpointFolder(at('lacking'), { [norm]: vector(7, 8, 9) });
    await expect(write({ ...trio, target: 'lacking' })).rejects.toMatchObject({
      code: 'missing-tensor',
      tensor: q,
    });
  });

  test('a target of another shape is refused with both shapes', async () => {
    checkpointFolder(at('wider'), { [q]: matrix(2, 4, 1), [norm]: vector(7, 8, 9) });
    await expect(write({ ...trio, target: 'wider' })).rejects.toThrow(/\[2, 4\].*\[2, 3\]/);
  });
});

describe('tied embeddings', () => {
  const embed = 'model.embed_tokens.weight';
  const tied = { tie_word_embeddings: true };

  beforeAll(() => {
    checkpointFolder(at('tied'), { [embed]: matrix(2, 2, 1) }, tied);
    checkpointFolder(at('tied-plus'), { [embed]: matrix(2, 2, 3) }, tied);
    checkpointFolder(at('untied-plus'), { [embed]: matrix(2, 2, 3), 'lm_head.weight': matrix(2, 2, 5) });
  });

  test('moved as one stay one tensor', async () => {
    const { outputs } = await write({ base: 'tied', positive: 'tied-plus', negative: 'base' });
    const path = outputs[0]?.path ?? '';
    expect([...readModel(path).keys()]).toEqual([embed]);
    expect(readJson(join(path, 'config.json'))).toEqual(tied);
  });

  test('moved apart are untied, in the configuration too', async () => {
    const { outputs, warnings } = await write(
      { base: 'tied', positive: 'untied-plus', negative: 'base' },
      { strengths: [2] },
    );
    const path = outputs[0]?.path ?? '';
    expect(warnings).toMatchObject([{ code: 'untied-embeddings' }]);
    expect(read(path, embed)).toEqual([5, 5, 5, 5]);
    expect(read(path, 'lm_head.weight')).toEqual([9, 9, 9, 9]);
    expect(readJson(join(path, 'config.json'))).toEqual({ tie_word_embeddings: false });
  });

  test('that are stored twice although tied are two where one moves, in the configuration too', async () => {
    const both = { [embed]: matrix(2, 2, 1), 'lm_head.weight': matrix(2, 2, 1), [norm]: vector(1, 1, 1) };
    checkpointFolder(at('twice'), both, tied);
    checkpointFolder(at('twice-plus'), { ...both, 'lm_head.weight': matrix(2, 2, 2) }, tied);
    const recipe = { base: 'twice', positive: 'twice-plus', negative: 'base' };
    const moved = await write({ ...recipe, modules: ['head'] });
    const path = moved.outputs[0]?.path ?? '';
    expect([read(path, embed), read(path, 'lm_head.weight')]).toEqual([
      [1, 1, 1, 1],
      [2, 2, 2, 2],
    ]);
    expect(readJson(join(path, 'config.json'))).toEqual({ tie_word_embeddings: false });
    const still = await write({ ...recipe, modules: ['norms'] });
    expect(readJson(join(still.outputs[0]?.path ?? '', 'config.json'))).toEqual(tied);
  });

  test('an untied target moves in both', async () => {
    const { outputs } = await write({
      base: 'tied',
      positive: 'tied-plus',
      negative: 'base',
      target: 'untied-plus',
    });
    const path = outputs[0]?.path ?? '';
    expect(read(path, embed)).toEqual([5, 5, 5, 5]);
    expect(read(path, 'lm_head.weight')).toEqual([7, 7, 7, 7]);
  });
});

describe('refusals', () => {
  test('an output that exists is left alone, and replaced where that is asked for', async () => {
    const path = at('mine');
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.tex'), 'years of work');
    await expect(write(trio, { paths: [path] })).rejects.toMatchObject({
      code: 'output-exists',
      subject: path,
    });
    expect(readdirSync(path)).toEqual(['thesis.tex']);
    await write(trio, { paths: [path], force: true });
    expect(readdirSync(path)).toContain('model.safetensors');
    expect(readdirSync(path)).not.toContain('thesis.tex');
  });

  test.each(['base', '.'])('an output that is or holds an input (%s) is refused', async (name) => {
    const run = write(trio, { paths: [at(name)], force: true });
    await expect(run).rejects.toMatchObject({ code: 'output-conflict', subject: at(name) });
    expect(readdirSync(at('base'))).toContain('model.safetensors');
  });

  test('a dry run says what a run would do, and does nothing', async () => {
    const before = readdirSync(at(''));
    const { outputs, freeDisk, peakMemory } = await dryRun(trio, { strengths: [1, 2] });
    expect(outputs).toMatchObject([
      { strength: 1, format: 'checkpoint', rank: null, tensors: { changed: 2, copied: 0 } },
      { strength: 2 },
    ]);
    expect(outputs[0]).not.toHaveProperty('rounding');
    expect([freeDisk, peakMemory].every((bytes) => bytes > 0)).toBe(true);
    expect(readdirSync(at('')).filter((name) => !name.endsWith('.yaml'))).toEqual(
      before.filter((name) => !name.endsWith('.yaml')),
    );
    const written = await write(trio, { strengths: [1, 2] });
    expect(written.outputs.map(({ bytesRead }) => bytesRead)).toEqual(
      outputs.map(({ bytesRead }) => bytesRead),
    );
  });

  test('a dry run warns of a name that is taken', async () => {
    mkdirSync(at('taken'));
    const { warnings } = await dryRun(trio, { paths: [at('taken')] });
    expect(warnings).toMatchObject([{ code: 'output-exists', file: at('taken') }]);
  });

  test('a second output whose name was taken meanwhile is finished by the same command', async () => {
    const paths = [at('first'), at('second')];
    const run = { strengths: [1, 2], paths };
    const stopped = write(trio, { ...run, onProgress: () => mkdirSync(paths[1] ?? '', { recursive: true }) });
    await expect(stopped).rejects.toMatchObject({ code: 'output-exists', subject: paths[1] });
    expect(existsSync(join(paths[0] ?? '', 'model.safetensors'))).toBe(true);
    rmdirSync(paths[1] ?? '');
    const { outputs } = await write(trio, run);
    expect(outputs.map(({ path }) => read(path, q).slice(0, 2))).toEqual([
      [2, 4],
      [3, 7],
    ]);
    expect(readdirSync(at('')).filter((name) => name.includes('.steering'))).toEqual([]);
    await expect(write(trio, run)).rejects.toMatchObject({ code: 'output-exists' });
  });

  test('an input that changes under the hand of the reader is refused', async () => {
    checkpointFolder(at('moving'), { [q]: matrix(2, 3, 2, 4), [norm]: vector(1, 2, 3) });
    const touch = () => utimesSync(join(at('moving'), 'model.safetensors'), 1, 1);
    const run = write({ ...trio, positive: 'moving' }, { onProgress: touch, paths: [at('torn')] });
    await expect(run).rejects.toMatchObject({
      code: 'unreadable',
      subject: join(at('moving'), 'model.safetensors'),
    });
    expect(existsSync(at('torn'))).toBe(false);
  });

  test('a cancel leaves nothing', async () => {
    const before = readdirSync(at(''));
    await expect(write(trio, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(readdirSync(at('')).filter((name) => !before.includes(name) && !name.endsWith('.yaml'))).toEqual(
      [],
    );
  });

  test('two merged checkpoints of few different elements are warned about', async () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    checkpointFolder(at('m-base'), { w: vector(...values) });
    checkpointFolder(at('m-plus'), {
      w: vector(...values.map((value, index) => (index < 50 ? value + 1 : value))),
    });
    const { warnings } = await write({ base: 'm-base', positive: 'm-plus', negative: 'base' });
    expect(warnings).toMatchObject([{ code: 'merged-inputs' }]);
    expect(warnings?.[0]?.message).toMatch(/50\.0 %/);
  });

  test('what rounding swallows whole is said, with what helps', async () => {
    checkpointFolder(at('r-base'), { w: vector(256, 256) });
    checkpointFolder(at('r-plus'), { w: vector(256.1, 256.1) });
    const { warnings, outputs } = await write({
      base: 'r-base',
      positive: 'r-plus',
      negative: 'base',
      output: { dtype: 'bfloat16' },
    });
    expect(warnings).toMatchObject([{ code: 'nothing-changed' }]);
    expect(warnings?.[0]?.message).toMatch(/Write float32 \(dtype: float32\), or use rounding: stochastic/);
    expect(outputs[0]?.rounding).toMatchObject({ realised: 0, unmoved: 1, cosine: null });
  });

  test('values too large for float16 are counted', async () => {
    checkpointFolder(at('o-base'), { w: vector(60000, 1) });
    checkpointFolder(at('o-plus'), { w: vector(70000, 2) });
    const { warnings } = await write({
      base: 'o-base',
      positive: 'o-plus',
      negative: 'base',
      output: { dtype: 'float16' },
    });
    expect(warnings).toMatchObject([{ code: 'overflow' }]);
    expect(warnings?.[0]?.message).toMatch(/1 elements exceed the range of F16.*bfloat16/);
  });
});
