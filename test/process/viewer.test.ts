import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { CompareProgress } from '#protocol/comparison.ts';
import type { WorkProgress } from '#protocol/requests.ts';
import type { CompareResult } from '#protocol/results.ts';
import type { DType } from '#protocol/tensors.ts';
import { shapeAt } from '#protocol/viewer.ts';
import { surveyTensor } from '../../server/analysis/viewer/surveyTensor.ts';
import { readSingleArchive } from '../../server/tensors/archive.ts';
import { createWork } from '../../server/work/work.ts';
import { openEditor, settings, type Editor } from '../support/editor.ts';
import { parseJson } from '../support/json.ts';
import { productNode, root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { safetensors } from '../support/safetensors.ts';
import { shardedFolder } from '../support/shardedFolder.ts';

/** What a viewer asks of the built server, and the command line of the same files. */
const folder = await temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
const head = 'model.embed_tokens.weight';
let editor: Editor;

beforeAll(async () => {
  process.env['WEIGHT_STEERING_CACHE'] = at('cache');
  cpSync(join(root, 'media/demo'), folder.path, { recursive: true });
  editor = await openEditor({ folders: [folder.path] });
});

afterAll(async () => {
  delete process.env['WEIGHT_STEERING_CACHE'];
  await editor[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe('models/open', () => {
  test('has a checkpoint in one answer', async () => {
    const { tensors, ...model } = await editor.ask('models/open', { path: at('base') });
    expect(model).toMatchObject({
      path: at('base'),
      name: 'base',
      kind: 'checkpoint',
      format: 'safetensors',
      asked: null,
      architecture: 'Qwen2',
      layers: 4,
      parameters: 1_010_560,
      files: [{ name: 'model.safetensors', path: at('base/model.safetensors') }],
      tied: { embedding: head, head: 'lm_head.weight' },
      adapter: null,
      memory: { inference: { weights: model.bytes }, steering: { disk: model.bytes } },
    });
    expect(model.dtypes.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(model.parameters);
    expect(tensors.names).toHaveLength(50);
    expect(tensors.offset).toBeInstanceOf(Float64Array);
    const row = tensors.names.indexOf('model.layers.2.mlp.down_proj.weight');
    expect(tensors.layer[row]).toBe(2);
    expect(tensors.modules[tensors.module[row]!]).toBe('down_proj');
    expect(tensors.groups[tensors.group[row]!]).toBe('mlp');
    const bytes = shapeAt(tensors, row).reduce((product, size) => product * size, 2);
    expect(tensors.bytes[row]).toBe(bytes);
  });

  test('has an adapter, by the modules of its base', async () => {
    const { adapter, tensors } = await editor.ask('models/open', { path: at('honest') });
    expect(adapter).toMatchObject({ method: 'LoRA', rank: 8, base: '../base' });
    expect(adapter!.scalings.reduce((sum, { modules }) => sum + modules, 0)).toBe(28);
    const row = tensors.names.findIndex((name) => name.endsWith('layers.1.self_attn.q_proj.lora_A.weight'));
    expect([tensors.layer[row], tensors.modules[tensors.module[row]!]]).toEqual([1, 'q_proj']);
  });

  test.each([
    ['the file of a model', 'base/model.safetensors', 'base'],
    ['its configuration', 'base/config.json', 'base'],
    ['the weights of an adapter', 'honest/adapter_model.safetensors', 'honest'],
  ])('%s opens all of it', async (_, path, whole) => {
    expect(await editor.ask('models/open', { path: at(path) })).toMatchObject({
      path: at(whole),
      asked: null,
    });
  });

  test('a shard opens its model and is named; its index opens it too', async () => {
    const [first, second] = shardedFolder(at('sharded'), { shards: 3, tensorsEach: 2, bytesEach: 64 });
    const opened = await editor.ask('models/open', { path: second! });
    expect(opened).toMatchObject({ path: at('sharded'), asked: 1, files: { length: 3 }, kind: 'checkpoint' });
    expect([...opened.tensors.file]).toEqual([0, 0, 1, 1, 2, 2]);
    const index = await editor.ask('models/open', { path: at('sharded/model.safetensors.index.json') });
    expect(index).toMatchObject({ path: at('sharded'), asked: null });
    cpSync(first!, at('alone.safetensors'));
    expect(await editor.ask('models/open', { path: at('alone.safetensors') })).toMatchObject({
      kind: 'file',
    });
  });

  test('a shard whose siblings are missing is shown alone, with the reason', async () => {
    const [first] = shardedFolder(at('partial'), { shards: 2, tensorsEach: 1, bytesEach: 64 });
    const partial = at('partial/model-00002-of-00002.safetensors');
    writeFileSync(partial, 'cut');
    const opened = await editor.ask('models/open', { path: first! });
    expect(opened).toMatchObject({
      kind: 'file',
      path: first,
      warnings: [{ code: 'opened-alone', message: expect.stringContaining(partial) }],
    });
  });

  test.each(['strange', 'strange/adapter_model.safetensors'])(
    'the tensors of an adapter that cannot be steered are shown: %s',
    async (path) => {
      mkdirSync(at('strange'), { recursive: true });
      cpSync(at('honest/adapter_model.safetensors'), at('strange/adapter_model.safetensors'));
      writeFileSync(at('strange/adapter_config.json'), '{"peft_type":"IA3"}');
      const opened = await editor.ask('models/open', { path: at(path) });
      expect(opened).toMatchObject({ kind: 'file', path: at('strange/adapter_model.safetensors') });
      expect(opened.warnings?.map(({ code }) => code)).toEqual(['opened-alone']);
      expect(opened.tensors.names).toHaveLength(56);
    },
  );

  test('a shard of pickles opens its model, but in no window that is not trusted', async () => {
    const shard = join(root, 'test/fixtures/pickles/sharded-base/pytorch_model-00002-of-00002.bin');
    const opened = await editor.ask('models/open', { path: shard });
    expect(opened).toMatchObject({ format: 'pickle', asked: 1, files: { length: 2 } });
    const [name] = opened.tensors.names;
    const { values } = await editor.ask('tensor/statistics', { path: shard, name: name! });
    expect(values?.finite).toBeGreaterThan(0);
    await editor.ask('settings/apply', { ...settings, trusted: false, folders: [folder.path] });
    const refused = { failure: { code: 'untrusted-workspace' } };
    for (const ask of [
      () => editor.ask('models/open', { path: shard }),
      () => editor.ask('models/headerText', { path: shard }),
      () => editor.ask('tensor/statistics', { path: shard, name: name! }),
    ])
      await expect(ask()).rejects.toMatchObject(refused);
    await editor.ask('settings/apply', { ...settings, folders: [folder.path] });
  });

  test.each(['turned', 'every other'])('a view in a pickle has its values in order: %s', async (name) => {
    const pickles = join(root, 'test/fixtures/pickles');
    const [path, plain] = ['protocol2.bin', 'expected.safetensors'].map((file) => join(pickles, file));
    const { tensors } = await editor.ask('models/open', { path: path! });
    const shape = shapeAt(tensors, tensors.names.indexOf(name));
    const [rows, columns] = shape.map((size) => ({ start: 0, end: size }));
    const window = { name, slice: 0, rows: rows!, columns: columns! };
    const asked = async (file: string) => ({
      statistics: await editor.ask('tensor/statistics', { path: file, name }),
      picture: await editor.ask('tensor/picture', { path: file, ...window, width: 2, height: 2 }),
      values: await editor.ask('tensor/values', { path: file, ...window, bytes: true }),
    });
    const found = await asked(path!);
    expect(found).toEqual(await asked(plain!));
    expect(found.statistics.values?.finite).toBe(shape[0]! * shape[1]!);
  });

  test.each(['types', 'llama-Q4_0', 'llama-F32', 'gpt2-F16'])(
    'every tensor of a GGUF file: %s',
    async (file) => {
      const path = join(root, `test/fixtures/gguf/${file}.gguf`);
      const { tensors, format } = await editor.ask('models/open', { path });
      expect(format).toBe('gguf');
      for (const name of tensors.names) {
        const { values, byteCounts } = await editor.ask('tensor/statistics', { path, name });
        expect(values === null).toBe(byteCounts !== null);
        const span = { start: 0, end: 1 };
        const window = { path, name, slice: 0, rows: span, columns: span, bytes: true };
        expect((await editor.ask('tensor/values', window)).bytes!.length).toBeGreaterThan(0);
      }
    },
  );

  test('matrices that GGUF stores column by column are shown as transformers has them', async () => {
    const path = join(root, 'test/fixtures/gguf/gpt2-F16.gguf');
    const reference = join(root, 'test/fixtures/gguf/gpt2');
    const name = 'transformer.h.0.attn.c_attn.weight';
    const window = {
      name,
      slice: 0,
      rows: { start: 3, end: 9 },
      columns: { start: 20, end: 31 },
      bytes: true,
    };
    const [ours, theirs] = await Promise.all(
      [path, reference].map((model) => editor.ask('tensor/values', { ...window, path: model })),
    );
    expect(ours!.values).toHaveLength(66);
    expect(ours!.bytes).toHaveLength(2 * 66);
    for (const [index, value] of ours!.values!.entries())
      expect(Math.abs(value - theirs!.values![index]!)).toBeLessThan(2 ** -11 * Math.abs(value) + 2 ** -24);
    const cells = { ...window, width: 4, height: 3 };
    const [drawn, expected] = await Promise.all(
      [path, reference].map((model) => editor.ask('tensor/picture', { ...cells, path: model })),
    );
    expect(drawn).toMatchObject({ width: 4, height: 3, exact: false });
    for (const [index, value] of drawn!.maxAbs.entries())
      expect(value).toBeCloseTo(expected!.maxAbs[index]!, 3);
    for (const [index, value] of drawn!.mean.entries()) expect(value).toBeCloseTo(expected!.mean[index]!, 3);
    const statistics = await editor.ask('tensor/statistics', { path, name });
    expect(statistics.warnings).toBeUndefined();
    const { rows } = (await editor.ask('tensor/statistics', { path: reference, name })).values!;
    expect(statistics.values!.rows!.count).toBe(rows!.count);
    expect(statistics.values!.rows!.norms[5]).toBeCloseTo(rows!.norms[5]!, 3);
  });

  test('what cannot be opened is a failure', async () => {
    writeFileSync(at('broken.safetensors'), 'no header');
    await expect(editor.ask('models/open', { path: at('broken.safetensors') })).rejects.toMatchObject({
      failure: { code: 'invalid-safetensors' },
    });
  });
});

describe('tensor/statistics', () => {
  test('is the same for the editor and the command line, and the second time', async () => {
    const first = await editor.ask('tensor/statistics', { path: at('base'), name: head });
    expect(first.values).toMatchObject({ nan: 0, resolution: 0, rows: { perBin: 1 } });
    expect(first.values!.quantiles).toBeInstanceOf(Float64Array);
    expect(await editor.ask('tensor/statistics', { path: at('base'), name: head })).toEqual(first);
    const { stdout } = await steer(['inspect', 'base', '--tensor', head, '--json'], { cwd: folder.path });
    expect(parseJson(stdout)).toEqual(plain(first));
  });

  test('has the same bits whatever the number of threads and of units', async () => {
    const path = at('several.safetensors');
    const values = Float32Array.from({ length: 65_537 }, (_, n) => Math.sin(n) * Math.cos(n * n));
    const count = 2 ** 24 + 11;
    write(path, 'F32', [count], Buffer.alloc(4 * count, Buffer.from(values.buffer)));
    await using work = await createWork({ device: 'cpu', threads: 0 });
    const { tensors } = await readSingleArchive(path);
    const { signal } = new AbortController();
    const alone = await surveyTensor(tensors.get('w')!, { work, signal });
    expect(await editor.ask('tensor/statistics', { path, name: 'w' })).toEqual(alone);
  });

  test('comes with progress, and from the cache without', async () => {
    const path = at('large.safetensors');
    large(path);
    const progress: WorkProgress[] = [];
    const onProgress = (each: WorkProgress) => void progress.push(each);
    const statistics = await editor.ask('tensor/statistics', { path, name: 'w' }, { onProgress });
    expect(progress.at(-1)).toMatchObject({ done: 2 ** 25, total: 2 ** 25 });
    progress.length = 0;
    expect(await editor.ask('tensor/statistics', { path, name: 'w' }, { onProgress })).toEqual(statistics);
    expect(progress).toEqual([]);
  });

  test('is of the file as it is now', async () => {
    const path = at('changing.safetensors');
    large(path, 1);
    const before = await editor.ask('tensor/statistics', { path, name: 'w' });
    large(path, 2);
    utimesSync(path, new Date(), new Date(statSync(path).mtimeMs + 5000));
    const after = await editor.ask('tensor/statistics', { path, name: 'w' });
    expect([before.values!.max, after.values!.max]).toEqual([1, 2]);
  });

  test('keeps nothing for a window that is not trusted', async () => {
    const path = at('untrusted.safetensors');
    large(path);
    await editor.ask('settings/apply', { ...settings, trusted: false, folders: [folder.path] });
    const progress: WorkProgress[] = [];
    const onProgress = (each: WorkProgress) => void progress.push(each);
    await editor.ask('tensor/statistics', { path, name: 'w' });
    await editor.ask('tensor/statistics', { path, name: 'w' }, { onProgress });
    await editor.ask('settings/apply', { ...settings, folders: [folder.path] });
    expect(progress.length).toBeGreaterThan(0);
  });

  test('can be cancelled, and a tensor that is not there is a failure', async () => {
    const path = at('cancelled.safetensors');
    large(path);
    const controller = new AbortController();
    const asked = editor.ask('tensor/statistics', { path, name: 'w' }, { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toMatchObject({ failure: { code: 'cancelled' } });
    await expect(editor.ask('tensor/statistics', { path, name: 'v' })).rejects.toMatchObject({
      failure: { code: 'missing-tensor', tensor: 'v' },
    });
  });
});

describe('tensor/picture and tensor/values', () => {
  test('agree where a cell is an element', async () => {
    const window = {
      path: at('base'),
      name: head,
      slice: 0,
      rows: { start: 3, end: 7 },
      columns: { start: 5, end: 10 },
    };
    const { values, bytes } = await editor.ask('tensor/values', { ...window, bytes: true });
    const picture = await editor.ask('tensor/picture', { ...window, width: 800, height: 600 });
    expect(picture).toMatchObject({ width: 5, height: 4, exact: true });
    expect([...picture.mean]).toEqual([...values!]);
    expect([...picture.maxAbs]).toEqual([...values!].map(Math.abs));
    expect(bytes).toHaveLength(40);
  });

  test('more values than a page can hold are refused', async () => {
    const path = at('large.safetensors');
    const rows = { start: 0, end: 1024 };
    const columns = { start: 0, end: 1024 };
    const window = { path, name: 'w', slice: 0, rows, columns };
    await expect(editor.ask('tensor/values', { ...window, bytes: false })).rejects.toMatchObject({
      failure: { code: 'too-large' },
    });
  });
});

describe('models/headerText', () => {
  test('is one line a tensor, the same as the command line has, and says nothing of where it is', async () => {
    const { text } = await editor.ask('models/headerText', { path: at('base') });
    const { stdout } = await steer(['inspect', '--lines', 'base'], { cwd: folder.path });
    expect(stdout).toBe(text);
    expect(text).not.toContain(folder.path);
    const lines = text.trimEnd().split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toHaveLength(50);
  });

  test('is also of what a Hub id names', async () => {
    const snapshot = at('hub/models--org--honest/snapshots', 'a'.repeat(40));
    cpSync(at('honest'), snapshot, { recursive: true });
    mkdirSync(at('hub/models--org--honest/refs'), { recursive: true });
    writeFileSync(at('hub/models--org--honest/refs/main'), 'a'.repeat(40));
    const env = { HF_HUB_CACHE: at('hub') };
    const cached = await steer(['inspect', '--lines', 'org/honest'], { cwd: folder.path, env });
    const here = await steer(['inspect', '--lines', 'honest'], { cwd: folder.path });
    expect(cached).toEqual(here);
    expect(here.stdout).toContain('# kind');
  });

  test('of a shard is of that file alone, for git has no siblings of an older one', async () => {
    const { text } = await editor.ask('models/headerText', {
      path: at('sharded/model-00002-of-00003.safetensors'),
    });
    expect(text).toContain('# tensors: 2\n');
  });

  test('is what git diff shows of weights, in a line for each tensor that is another', async () => {
    const repository = at('repository');
    mkdirSync(repository);
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e', ...args], {
        cwd: repository,
        encoding: 'utf8',
      });
    git('init', '-q');
    git(
      'config',
      'diff.weights.textconv',
      `"${productNode}" "${join(root, 'dist/steer.cjs')}" inspect --lines`,
    );
    writeFileSync(join(repository, '.gitattributes'), '*.safetensors diff=weights\n');
    const path = join(repository, 'model.safetensors');
    write(path, 'BF16', [4, 4], Buffer.alloc(32));
    git('add', '.');
    git('commit', '-qm', 'Before');
    write(path, 'F32', [4, 4], Buffer.alloc(64));
    const changed = git('diff')
      .split('\n')
      .filter((line) => /^[-+]w/.test(line));
    expect(changed.map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
      ['-w', 'BF16'],
      ['+w', 'F32'],
    ]);
  });

  test('of a Git LFS pointer is what it points to, and no failure', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 123\n`;
    writeFileSync(at('pointer.safetensors'), pointer);
    const { stdout, code } = await steer(['inspect', '--lines', 'pointer.safetensors'], { cwd: folder.path });
    expect([code, stdout]).toEqual([
      0,
      `# kind: Git LFS pointer, contents not fetched\n# oid sha256:${'a'.repeat(64)}\n# size 123\n`,
    ]);
  });
});

describe('models/compare', () => {
  test('tells the structure first, every row once, and the same as the command line', async () => {
    mkdirSync(at('tuned'));
    for (const name of ['config.json', 'model.safetensors']) cpSync(at('base', name), at('tuned', name));
    const tuned = readFileSync(at('tuned/model.safetensors'));
    tuned[tuned.length - 2]! ^= 1;
    writeFileSync(at('tuned/model.safetensors'), tuned);
    const told: CompareProgress[] = [];
    const params = { a: at('base'), b: at('tuned'), values: true };
    const result = await editor.ask('models/compare', params, { onProgress: (each) => void told.push(each) });
    expect(told[0]).toMatchObject({ kind: 'structure', onlyInA: [], changed: [], compared: { length: 50 } });
    const rows = told.flatMap((each) => (each.kind === 'rows' ? each.tensors : []));
    expect(rows.toSorted(byName)).toEqual(result.tensors.toSorted(byName));
    expect(result.tensors.filter(({ maxUlps }) => maxUlps === 1)).toHaveLength(1);
    const { stdout } = await steer(['compare', 'base', 'tuned', '--values', '--json'], { cwd: folder.path });
    expect(parseJson<CompareResult>(stdout)).toEqual(result);
  });

  test('takes a model with an adapter on it as if they were merged', async () => {
    const merged = `${at('base')}+${at('honest')}`;
    const result = await editor.ask('models/compare', { a: at('base'), b: merged, values: true });
    expect(result.tensors.filter(({ changedShare }) => changedShare !== 0)).toHaveLength(28);
    const { stdout } = await steer(['compare', 'base', 'base+honest', '--values', '--json'], {
      cwd: folder.path,
    });
    expect(parseJson<CompareResult>(stdout)).toEqual(result);
  });

  test('is a comment of a few lines, the biggest movers first, and a status', async () => {
    const flags = ['--values', '--format', 'markdown', '--top', '15', '--exit-code'];
    const { stdout, code } = await steer(['compare', 'base', 'tuned', ...flags], { cwd: folder.path });
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('**The same tensors, dtypes and shapes. Values: 1 tensor moved, 49 the same.**');
    expect(lines).toHaveLength(5);
    const many = await steer(['compare', 'honest', 'sycophantic', ...flags], { cwd: folder.path });
    const table = many.stdout.split('\n').filter((line) => line.startsWith('|'));
    expect(table).toHaveLength(17);
    expect(many.stdout).toContain('… and 41 more.');
    const shares = table.slice(2).map((line) => Number(/(\S+) %/.exec(line)?.[1]));
    expect(shares).toEqual(shares.toSorted((one, other) => other - one));
  });
});

test('the workflow of README.md is twelve lines, and its command does what it is there for', async () => {
  const [, workflow = ''] =
    /```yaml\n(on: pull_request\n[^`]*)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  expect(workflow.trimEnd().split('\n')).toHaveLength(12);
  expect(parseYaml(workflow)).toMatchObject({ jobs: { weights: { steps: { length: 4 } } } });
  const [, words = ''] = /npx weight-steering (.+) > changes\.md/.exec(workflow) ?? [];
  cpSync(at('base'), at('pull/before/model'), { recursive: true });
  cpSync(at('base'), at('pull/model'), { recursive: true });
  const weights = readFileSync(at('pull/model/model.safetensors'));
  weights[weights.length - 1]! ^= 1;
  writeFileSync(at('pull/model/model.safetensors'), weights);
  const changed = await steer(words.split(' '), { cwd: at('pull') });
  expect(changed).toMatchObject({ code: 1, stderr: '' });
  expect(changed.stdout).toContain('| tensor |');
  cpSync(at('base'), at('pull/model'), { recursive: true });
  expect(await steer(words.split(' '), { cwd: at('pull') })).toMatchObject({ code: 0, stderr: '' });
});

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

/** 16 Mi bfloat16 of one value. */
function large(path: string, value = 1): void {
  const bytes = value === 1 ? [0x80, 0x3f] : [0x00, 0x40];
  write(path, 'BF16', [4096, 4096], Buffer.alloc(2 ** 25, Uint8Array.from(bytes)));
}

function write(path: string, dtype: DType, shape: readonly number[], data: Buffer): void {
  writeFileSync(path, safetensors({ w: { dtype, shape: [...shape], bytes: data } }));
}

/** As JSON has it. */
function plain(value: unknown): unknown {
  return parseJson(
    JSON.stringify(value, (_, each: unknown) => (each instanceof Float64Array ? [...each] : each)),
  );
}
