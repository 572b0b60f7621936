import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnalysisProgress, Subject } from '#protocol/analysis.ts';
import type { VocabularyProgress } from '#protocol/vocabulary.ts';
import type { DryRunResult } from '#protocol/results.ts';
import type { CodeLens } from 'vscode-languageserver/node';
import { openEditor, settings, type Editor } from '../support/editor.ts';
import { parseJson } from '../support/json.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/** What the editor asks of the built server, whose work process does it. */
const folder = await temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
const recipe = at('honest.steer.yaml');
let editor: Editor;

beforeAll(async () => {
  cpSync(join(root, 'media/demo'), folder.path, { recursive: true });
  editor = await openEditor({ folders: [folder.path] });
});

afterAll(async () => {
  await editor[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe('models', () => {
  test('are described by their headers, and what cannot be read has its failure in its place', async () => {
    writeFileSync(at('broken.safetensors'), 'no header');
    const paths = ['base', 'honest', 'runs/drifting', 'broken.safetensors'].map((name) => at(name));
    const described = await editor.ask('models/describe', { paths });
    expect(described).toMatchObject([
      {
        ok: true,
        value: { kind: 'checkpoint', architecture: 'Qwen2', parameters: 1_010_560, dtype: 'BF16' },
      },
      { ok: true, value: { kind: 'adapter', rank: 8, base: '../base', steps: [] } },
      { ok: true, value: { kind: 'run', checkpoints: { length: 6 } } },
      { ok: false, failure: { code: 'invalid-safetensors', subject: at('broken.safetensors') } },
    ]);
  });

  test('in the Hub cache are those with weights, wherever the setting has the cache', async () => {
    const hubCache = at('hub');
    const commit = 'c'.repeat(40);
    for (const [id, from] of [
      ['org--tiny', 'base'],
      ['org--dataset', 'data'],
    ] as const) {
      const model = join(hubCache, `models--${id}`);
      mkdirSync(join(model, 'refs'), { recursive: true });
      writeFileSync(join(model, 'refs/main'), commit);
      mkdirSync(join(model, 'snapshots'));
      symlinkSync(at(from), join(model, 'snapshots', commit));
    }
    expect(await editor.ask('models/cached', null)).toEqual([]);
    await editor.ask('settings/apply', { ...settings, hubCache, folders: [folder.path] });
    expect(await editor.ask('models/cached', null)).toEqual([
      { id: 'org/tiny', path: join(hubCache, 'models--org--tiny/snapshots', commit), commit },
    ]);
    await editor.ask('settings/apply', { ...settings, folders: [folder.path] });
  });

  test('are looked for as a base: what is named, what else would fit, and what would fetch it', async () => {
    const found = await editor.ask('models/findBase', {
      models: [at('honest')],
      candidates: [at('base'), at('task')],
    });
    expect(found).toMatchObject({
      found: { path: at('base'), reference: at('base') },
      candidates: [{ path: at('base') }],
      named: '../base',
      download: null,
    });
    orphan('orphan', 'some-org/some-model');
    expect(
      await editor.ask('models/findBase', { models: [at('orphan')], candidates: [at('base')] }),
    ).toMatchObject({
      found: null,
      candidates: [{ path: at('base') }],
      named: 'some-org/some-model',
      download: 'hf download some-org/some-model',
      refused: [expect.stringContaining('some-org/some-model')],
    });
  });

  test('are found where the setting says that a recorded base is', async () => {
    orphan('mapped', 'their/base');
    const bases = { 'their/base': at('base') };
    await editor.ask('settings/apply', { ...settings, bases, folders: [folder.path] });
    const found = await editor.ask('models/findBase', { models: [at('mapped')], candidates: [] });
    expect(found.found).toEqual({ path: at('base'), reference: at('base') });
    const analysis = await editor.ask('direction/analyze', {
      subject: { kind: 'model', path: at('mapped') },
    });
    expect(analysis.tensors[0]?.relativeNorm).toBeGreaterThan(0);
    await editor.ask('settings/apply', { ...settings, folders: [folder.path] });
  });

  test('have the commands that load them', async () => {
    const commands = await editor.ask('models/loadCommands', { path: at('honest') });
    expect(commands.map(({ label }) => label)).toEqual(['PEFT', 'vLLM']);
    expect(commands[1]?.command).toContain('--max-lora-rank 8');
    const [first] = await editor.ask('models/loadCommands', { path: at('base') });
    expect(first).toEqual({
      label: 'transformers',
      command: `AutoModelForCausalLM.from_pretrained(${JSON.stringify(at('base'))})`,
    });
  });
});

describe('recipes', () => {
  test('are created, come to something, and are never written over', async () => {
    const path = at('new.steer.yaml');
    const source = { kind: 'contrast', positive: at('honest'), negative: at('sycophantic') } as const;
    const created = await editor.ask('recipes/create', { path, source, target: at('task') });
    expect(created).toEqual({ path, base: 'base' });
    expect(readFileSync(path, 'utf8')).toMatch(/^target: base\+task$/m);
    const facts = await editor.ask('recipes/facts', { path });
    expect(facts).toMatchObject({
      direction: 'honest − sycophantic',
      target: 'base+task',
      tensors: 28,
      outputs: [{ path: at('out/new-k1'), format: 'adapter', exists: false }],
    });
    await expect(editor.ask('recipes/create', { path, source })).rejects.toMatchObject({
      failure: { code: 'output-exists', subject: path },
    });
  });

  test('without a base, where that is asked for', async () => {
    const path = at('baseless.steer.yaml');
    const source = { kind: 'contrast', positive: at('honest'), negative: at('sycophantic') } as const;
    expect(await editor.ask('recipes/create', { path, source, base: null })).toEqual({ path, base: null });
    expect(readFileSync(path, 'utf8')).toMatch(/^# base: PATH/m);
  });

  test('of a stored direction steer what was chosen', async () => {
    expect((await steer(['contrast', 'honest.steer.yaml', '-o', 'w'], { cwd: folder.path })).code).toBe(0);
    const path = at('stored.steer.yaml');
    const source = { kind: 'stored', direction: at('w') } as const;
    await editor.ask('recipes/create', { path, source, target: at('base') });
    expect(await editor.ask('recipes/facts', { path })).toMatchObject({ direction: 'honest', tensors: 28 });
  });

  test('come to what their text in the editor says, and say what is wrong with it', async () => {
    const text = readFileSync(recipe, 'utf8').replace('strength: 1', 'strength: [1, 2]');
    expect((await editor.ask('recipes/facts', { path: recipe, text })).outputs).toHaveLength(2);
    await expect(editor.ask('recipes/facts', { path: recipe, text: 'oops: 1' })).rejects.toMatchObject({
      failure: { code: 'invalid-recipe' },
    });
  });

  test('have the report that the command line writes', async () => {
    const output = at('asked.html');
    const { bytes } = await editor.ask('recipes/report', { path: recipe, output, force: false });
    await steer(['report', 'honest.steer.yaml', '-o', 'printed.html'], { cwd: folder.path });
    const asked = readFileSync(output, 'utf8');
    expect(Buffer.byteLength(asked)).toBe(bytes);
    expect(asked.replace('-o asked.html', '-o printed.html')).toBe(readFileSync(at('printed.html'), 'utf8'));
    await expect(editor.ask('recipes/report', { path: recipe, output, force: false })).rejects.toMatchObject({
      failure: { code: 'output-exists' },
    });
  });

  test('plan and write what the command line plans and writes', async () => {
    const planned = await editor.ask('recipes/dryRun', { path: recipe });
    const printed = await steer(['write', 'honest.steer.yaml', '--dry-run', '--json'], { cwd: folder.path });
    const { freeDisk: _, ...plan } = parseJson<DryRunResult>(printed.stdout);
    expect(planned).toMatchObject(plan);
    const progress: number[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }) => void progress.push(done / total);
    const written = await editor.ask('recipes/write', { path: recipe, force: false }, { onProgress });
    expect(written.outputs).toMatchObject([
      { path: at('out/honest-k1'), tensors: { changed: 28, copied: 22 } },
    ]);
    expect(progress.at(-1)).toBe(1);
    await steer(['write', 'honest.steer.yaml', '-o', 'printed'], { cwd: folder.path });
    expect(bytesOf('out/honest-k1')).toEqual(bytesOf('printed'));
    await expect(editor.ask('recipes/write', { path: recipe, force: false })).rejects.toMatchObject({
      failure: { code: 'output-exists', subject: at('out/honest-k1') },
    });
    await editor.ask('recipes/write', { path: recipe, force: true });
  });
});

describe('an analysis', () => {
  test('plans, then has every row once, and the numbers of the command line', async () => {
    const progress: AnalysisProgress[] = [];
    const onProgress = (each: AnalysisProgress) => void progress.push(each);
    const result = await editor.ask(
      'direction/analyze',
      { subject: { kind: 'recipe', path: recipe } },
      { onProgress },
    );
    const [plan, ...others] = progress;
    expect(plan).toMatchObject({ kind: 'plan', name: 'honest', layers: 4, tensors: { length: 28 } });
    expect(plan?.kind === 'plan' && plan.files.toSorted()).toEqual(
      ['base/model', 'honest/adapter_model', 'sycophantic/adapter_model'].map((name) =>
        at(`${name}.safetensors`),
      ),
    );
    const rows = others.flatMap((each) => (each.kind === 'rows' ? each.tensors : []));
    // A row has no share: the whole is not known when it comes.
    const alone = result.tensors.map((tensor) => ({ ...tensor, share: null }));
    expect(rows.toSorted(byName)).toEqual(alone.toSorted(byName));
    const { stdout } = await steer(['analyze', 'honest.steer.yaml', '--json'], { cwd: folder.path });
    expect(result).toEqual(parseJson(stdout));
  });

  test('of two adapters is that of their recipe, and of an adapter what it adds', async () => {
    const pair = { kind: 'pair', before: at('sycophantic'), after: at('honest') } as const;
    const both = await editor.ask('direction/analyze', { subject: pair });
    const whole = await editor.ask('direction/analyze', { subject: { kind: 'recipe', path: recipe } });
    expect(both.tensors).toEqual(whole.tensors);
    const one = await editor.ask('direction/analyze', { subject: { kind: 'model', path: at('honest') } });
    expect(one.tensors[0]?.rank).toBe(8);
  });

  test('of two checkpoints is their difference, with the first as the base', async () => {
    expect((await steer(['write', 'honest.steer.yaml', '-o', 'steered'], { cwd: folder.path })).code).toBe(0);
    const subject = { kind: 'pair', before: at('base'), after: at('steered') } as const;
    const result = await editor.ask('direction/analyze', { subject });
    const { stdout } = await steer(['analyze', 'base', 'steered', '--json'], { cwd: folder.path });
    expect(result).toEqual(parseJson(stdout));
    const { name, tensors } = result;
    expect(name).toBe('steered − base');
    const moved = tensors.filter(({ norm }) => norm !== 0);
    expect(moved).toHaveLength(28);
    expect(moved.every(({ spectrum, relativeNorm }) => spectrum === 'dense' && relativeNorm! > 0)).toBe(true);
    const norms = await editor.ask('direction/analyze', { subject, spectra: false });
    expect(norms.tensors.map(({ norm }) => norm)).toEqual(tensors.map(({ norm }) => norm));
    expect(norms.tensors.every(({ singularValues }) => singularValues === null)).toBe(true);
  });

  test('in tokens is that of the command line, with a plan and the rows', async () => {
    const progress: VocabularyProgress[] = [];
    const onProgress = (each: VocabularyProgress) => void progress.push(each);
    const subject = { kind: 'recipe', path: recipe } as const;
    const result = await editor.ask('direction/vocabulary', { subject, tokens: 3 }, { onProgress });
    expect(result.rows).toHaveLength(8);
    expect(result.rows.every(({ reading }) => reading.promoted.every(({ text }) => text !== null))).toBe(
      true,
    );
    expect(progress[0]).toMatchObject({ kind: 'plan', name: 'honest', tensors: { length: 8 } });
    expect(progress.find(({ kind }) => kind === 'rows')).toEqual({ kind: 'rows', rows: result.rows });
    const line = ['vocabulary', 'honest.steer.yaml', '--tokens', '3', '--json'];
    expect(result).toEqual(parseJson((await steer(line, { cwd: folder.path })).stdout));
  });
});

describe('direction/tensorFile', () => {
  const name = 'model.layers.1.mlp.down_proj.weight';
  const fileOf = async (subject: Subject, tensor = name) =>
    (await editor.ask('direction/tensorFile', { subject, name: tensor })).path;

  test('is the base of what only has factors, and what is steered before it', async () => {
    const base = at('base/model.safetensors');
    expect(await fileOf({ kind: 'recipe', path: recipe })).toBe(base);
    expect(await fileOf({ kind: 'model', path: at('honest') })).toBe(base);
    expect(await fileOf({ kind: 'pair', before: at('sycophantic'), after: at('honest') })).toBe(base);
    cpSync(at('base'), at('task base'), { recursive: true });
    const aimed = at('aimed.steer.yaml');
    writeFileSync(aimed, `${readFileSync(recipe, 'utf8')}target: task base\n`);
    expect(await fileOf({ kind: 'recipe', path: aimed })).toBe(at('task base/model.safetensors'));
    expect(await fileOf({ kind: 'pair', before: at('base'), after: at('task base') })).toBe(
      at('task base/model.safetensors'),
    );
  });

  test('is none where no file has it', async () => {
    expect(await fileOf({ kind: 'recipe', path: recipe }, 'nowhere')).toBeNull();
  });
});

test('a window that trusts nothing is shown everything and writes nothing', async () => {
  await using guarded = await openEditor({ folders: [folder.path], trusted: false });
  const before = readdirSync(folder.path);
  await guarded.ask('direction/analyze', { subject: { kind: 'recipe', path: recipe } });
  await guarded.ask('recipes/dryRun', { path: recipe });
  const source = { kind: 'contrast', positive: at('honest'), negative: at('sycophantic') } as const;
  for (const refused of [
    () => guarded.ask('recipes/write', { path: recipe, force: true }),
    () => guarded.ask('recipes/create', { path: at('other.steer.yaml'), source }),
  ]) {
    await expect(refused()).rejects.toMatchObject({ failure: { code: 'untrusted-workspace' } });
  }
  expect(readdirSync(folder.path)).toEqual(before);
});

describe('the work process', () => {
  test('is started by the first request that opens a model, not before, and ends with the server', async () => {
    await using other = await openEditor();
    await other.ask('server/version', null);
    expect(childrenOf(other.server.process.pid)).toEqual([]);
    await other.ask('models/describe', { paths: [at('base')] });
    const [child] = childrenOf(other.server.process.pid);
    expect(child).toBeDefined();
    await other[Symbol.asyncDispose]();
    await expect.poll(() => existsSync(`/proc/${child}`), { timeout: 5000 }).toBe(false);
  });

  test('that is killed fails what it was asked, once, and the next request has another', async () => {
    await using other = await openEditor({ folders: [folder.path] });
    await other.ask('models/cached', null);
    const [child] = childrenOf(other.server.process.pid);
    process.kill(child!, 'SIGSTOP'); // It can no longer answer.
    const asked = other.ask('direction/analyze', { subject: { kind: 'recipe', path: recipe } });
    await sleep(200);
    process.kill(child!, 'SIGKILL');
    await expect(asked).rejects.toMatchObject({ failure: { code: 'worker-crashed' } });
    expect(await other.ask('models/describe', { paths: [at('base')] })).toMatchObject([{ ok: true }]);
  });

  test('that does not answer a cancel is ended, and the next request has another', async () => {
    await using other = await openEditor({ folders: [folder.path] });
    await other.ask('models/cached', null);
    const [child] = childrenOf(other.server.process.pid);
    process.kill(child!, 'SIGSTOP');
    const controller = new AbortController();
    const asked = other.ask('recipes/write', { path: recipe, force: true }, { signal: controller.signal });
    await sleep(100);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ failure: { code: 'cancelled' } });
    expect(await other.ask('models/describe', { paths: [at('base')] })).toMatchObject([{ ok: true }]);
  });
});

test('keys of a recipe say what they are for', async () => {
  const uri = 'file:///work/hover.steer.yaml';
  await editor.server.open(uri, 'positive: a\nnegative: b\nstrength: 1\n');
  const hover = (line: number) =>
    editor.server.connection.sendRequest('textDocument/hover', {
      textDocument: { uri },
      position: { line, character: 2 },
    });
  expect(await hover(2)).toMatchObject({
    contents: { value: expect.stringContaining('scale or coefficient') },
    range: { start: { line: 2, character: 0 }, end: { line: 2, character: 8 } },
  });
  expect(await hover(3)).toBeNull();
});

describe('lenses', () => {
  test('say what can be done, what the recipe comes to, and what came of it', async () => {
    await using other = await openEditor({ folders: [folder.path] });
    const path = at('lenses.steer.yaml');
    const text = readFileSync(recipe, 'utf8').replace('{name}-{strength}', 'lenses');
    writeFileSync(path, text);
    const uri = `file://${path}`;
    await other.server.open(uri, text);
    const lenses = async () =>
      await other.server.connection.sendRequest<CodeLens[]>('textDocument/codeLens', {
        textDocument: { uri },
      });
    const before = await lenses();
    expect(before.map(({ command }) => command?.title)).toEqual([
      'Dry Run',
      'Show Layers',
      'Generate',
      'Write',
      undefined,
    ]);
    const facts = await other.server.connection.sendRequest('codeLens/resolve', before.at(-1));
    expect(facts).toMatchObject({
      command: {
        title: 'w = honest − sycophantic · steers base · 28 tensors · checkpoint, 2.13 MB',
        command: '',
      },
      range: { start: { line: text.split('\n').indexOf('positive: honest') } },
    });
    await other.ask('recipes/write', { path, force: false });
    const result = (await lenses())[4];
    expect(result?.command?.title).toMatch(
      /^Wrote out\/lenses: 28 of 50 tensors changed; rounding keeps \d+(?:\.\d+)? %$/,
    );
    expect(result?.range.start.line).toBe(text.split('\n').indexOf('output:'));
  });
});

/** An adapter that names a base which is not here. */
function orphan(name: string, base: string): void {
  cpSync(at('honest'), at(name), { recursive: true });
  const path = at(name, 'adapter_config.json');
  const config = { ...parseJson<object>(readFileSync(path, 'utf8')), base_model_name_or_path: base };
  writeFileSync(path, JSON.stringify(config));
}

function bytesOf(output: string): Buffer {
  return readFileSync(at(output, 'model.safetensors'));
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

function childrenOf(pid: number | undefined): readonly number[] {
  try {
    const text = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(Number);
  } catch {
    return []; // `ps` ends with 1 where there are none.
  }
}
