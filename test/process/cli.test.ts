import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  AnalyzeResult,
  CompareResult,
  ContrastResult,
  DryRunResult,
  ErrorResult,
  InitResult,
  InspectResult,
  WriteResult,
} from '#protocol/results.ts';
import { writeJournal } from '../../server/bytes/journal.ts';
import { parseJson } from '../support/json.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const demo = join(root, 'media/demo');
const recipe = join(demo, 'honest.steer.yaml');
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(() => folder[Symbol.asyncDispose]());

describe('inspect', () => {
  test.each([
    ['base', 'checkpoint', 50],
    ['honest', 'adapter', 56],
    ['runs/drifting', 'run', 0],
    ['base/model.safetensors', 'file', 50],
  ])('%s is of the kind %s', async (name, kind, count) => {
    const result = await json<InspectResult>(['inspect', join(demo, name)]);
    expect(result).toMatchObject({ kind, path: join(demo, name), format: 'safetensors' });
    expect(result.tensors).toHaveLength(count);
    expect(result).not.toHaveProperty('warnings');
  });

  test('prints a table where no JSON is asked for', async () => {
    const { code, stdout, stderr } = await steer(['inspect', 'base'], { cwd: demo });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^base: checkpoint\n50 tensors, 1,010,560 parameters, 2.02 MB, safetensors\n/);
    expect(stdout).toMatch(/^model\.norm\.weight +BF16 +128 +256 B +model\.safetensors$/m);
  });

  test('finishes first what a crash interrupted', async () => {
    const path = join(folder.path, 'interrupted');
    const staging = join(folder.path, '.interrupted.steering');
    for (const part of ['output', 'replaced'])
      cpSync(join(demo, 'honest'), join(staging, part), { recursive: true });
    const journal = {
      plan: 'p',
      started: '',
      finished: new Set<number>(),
      files: new Map<string, number>(),
      payload: null,
    };
    await writeJournal(staging, journal);
    expect(await json<InspectResult>(['inspect', path])).toMatchObject({ kind: 'adapter', path });
    expect(existsSync(staging)).toBe(false);
  });
});

describe('compare', () => {
  const [base, honest] = [join(demo, 'base'), join(demo, 'honest')];

  test('tells structure, and values where they are asked for', async () => {
    const structure = await json<CompareResult>(['compare', base, honest]);
    expect([structure.onlyInA.length, structure.onlyInB.length, structure.tensors]).toEqual([50, 56, []]);
    const same = await json<CompareResult>(['compare', honest, honest, '--values']);
    expect(same).toMatchObject({ onlyInA: [], onlyInB: [], changed: [] });
    expect(same.tensors).toHaveLength(56);
    expect(same.tensors.every(({ changedShare, norm }) => changedShare === 0 && norm === 0)).toBe(true);
  });

  test.each([
    ['the same model', 'honest', 0],
    ['other values', 'sycophantic', 1],
    ['other tensors', 'base', 1],
  ])('ends with the status for %s where --exit-code asks for it', async (_, other, status) => {
    const { code } = await steer(['compare', honest, join(demo, other), '--exit-code']);
    expect(code).toBe(status);
  });

  test('says how an adapter is compared with its base, which has none of its names', async () => {
    const { stderr } = await steer(['compare', 'base', 'honest'], { cwd: demo });
    expect(stderr).toContain('compare base with base+honest');
    expect((await steer(['compare', 'honest', 'sycophantic'], { cwd: demo })).stderr).toBe('');
  });

  test('ends with 0 where it does not', async () => {
    expect((await steer(['compare', base, honest])).code).toBe(0);
  });

  test('takes an adapter for merged where it stands on its base', async () => {
    const { tensors } = await json<CompareResult>(['compare', base, `${base}+${honest}`, '--values']);
    expect(tensors.filter(({ changedShare }) => changedShare !== 0)).toHaveLength(28);
  });

  test('prints Markdown', async () => {
    const { stdout } = await steer([
      'compare',
      honest,
      join(demo, 'sycophantic'),
      '--values',
      '--format',
      'markdown',
    ]);
    expect(stdout).toContain(
      '| tensor | ‖B − A‖ | of ‖A‖ | max \\|B − A\\| | max ulps | cosine | changed |\n| --- | --: |',
    );
  });
});

describe('init', () => {
  test('writes a recipe that works, with the base it found', async () => {
    const path = join(folder.path, 'recipes/new.steer.yaml');
    const sides = [join(demo, 'honest'), join(demo, 'sycophantic')];
    const result = await json<InitResult>(['init', ...sides, '-o', path]);
    expect(result).toEqual({ path, base: expect.stringMatching(/media\/demo\/base$/) });
    const { outputs } = await json<DryRunResult>(['write', path, '--dry-run']);
    expect(outputs).toMatchObject([
      { path: join(folder.path, 'recipes/out/new-k1'), format: 'adapter', rank: 16 },
    ]);
    expect(await failure(['init', ...sides, '-o', path])).toMatchObject({
      code: 'output-exists',
      subject: path,
    });
    await json<InitResult>(['init', ...sides, '-o', path, '--force']);
  });

  test('takes the base that it is told, and only one that is there', async () => {
    const sides = [join(demo, 'honest'), join(demo, 'sycophantic')];
    const path = join(folder.path, 'told.steer.yaml');
    const result = await json<InitResult>(['init', ...sides, '-o', path, '--base', join(demo, 'base')]);
    expect(result.base).toMatch(/media\/demo\/base$/);
    const absent = ['init', ...sides, '-o', `${path}2`, '--base', 'nowhere'];
    expect(await failure(absent)).toMatchObject({ code: 'model-not-found' });
    const adapter = ['init', ...sides, '-o', `${path}2`, '--base', join(demo, 'task')];
    expect(await failure(adapter)).toMatchObject({
      code: 'not-a-model',
      message: expect.stringContaining('a base is a checkpoint'),
    });
  });

  test('says where a base was looked for in vain, and that two sides are one', async () => {
    const alone = join(folder.path, 'alone/honest');
    cpSync(join(demo, 'honest'), alone, { recursive: true });
    const path = join(folder.path, 'alone.steer.yaml');
    expect(await json<InitResult>(['init', alone, alone, '-o', path])).toEqual({
      path,
      base: null,
      warnings: [
        expect.objectContaining({ code: 'zero-direction', message: expect.stringContaining(alone) }),
        expect.objectContaining({ code: 'base-not-found', message: expect.stringContaining('"../base"') }),
      ],
    });
  });

  test('takes the name of the first, and knows the base by its place', async () => {
    const sides = [join(demo, 'honest'), join(demo, 'base')];
    const { code, stdout } = await steer(['init', ...sides], { cwd: folder.path });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Wrote honest.steer.yaml') });
    expect(readFileSync(join(folder.path, 'honest.steer.yaml'), 'utf8')).toMatch(/^negative: base$/m);
  });
});

test('models of the Hub go by their names, from the cache', async () => {
  const cache = join(folder.path, 'hub');
  const commit = '0123456789'.repeat(4);
  for (const name of ['honest', 'sycophantic', 'base']) {
    const repository = join(cache, `models--demo--${name}`);
    mkdirSync(join(repository, 'refs'), { recursive: true });
    writeFileSync(join(repository, 'refs/main'), commit);
    const snapshot = join(repository, 'snapshots', commit);
    cpSync(join(demo, name), snapshot, { recursive: true });
    if (name !== 'base') nameBase(snapshot, 'demo/base');
  }
  const options = { cwd: folder.path, env: { HF_HUB_CACHE: cache } };
  const { code, stdout, stderr } = await steer(
    ['init', 'demo/honest', 'demo/sycophantic', '-o', 'hub.yaml'],
    options,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('the base is demo/base');
  const recipe = readFileSync(join(folder.path, 'hub.yaml'), 'utf8');
  expect(recipe).toMatch(/^base: demo\/base$[^]*^positive: demo\/honest$[^]*^negative: demo\/sycophantic$/m);
  const written = await steer(['write', 'hub.yaml', '--format', 'adapter', '-o', 'hub-adapter'], options);
  expect(written).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('vllm serve demo/base --enable-lora'),
  });
});

function nameBase(adapter: string, base: string): void {
  const path = join(adapter, 'adapter_config.json');
  const config = parseJson<object>(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...config, base_model_name_or_path: base }));
}

describe('contrast and analyze', () => {
  let direction: string;

  beforeAll(async () => {
    direction = join(folder.path, 'direction');
    const result = await json<ContrastResult>(['contrast', recipe, '-o', direction]);
    const tensors = { lowRank: 28, dense: 0, zero: 22 };
    expect(result).toEqual({ path: direction, norm: expect.closeTo(3.46, 3), tensors, inputs: null });
  });

  test('agree, whether the recipe or what it stored is looked at', async () => {
    const fromRecipe = await json<AnalyzeResult>(['analyze', recipe]);
    const stored = await json<AnalyzeResult>(['analyze', direction]);
    expect(fromRecipe).toMatchObject({ name: 'honest', layers: 4, norm: expect.closeTo(3.46, 3) });
    expect(stored.tensors.map(({ name }) => name)).toEqual(fromRecipe.tensors.map(({ name }) => name));
    for (const [index, { norm, baseNorm, singularValues }] of stored.tensors.entries()) {
      const same = fromRecipe.tensors[index]!;
      expect(baseNorm).toBe(same.baseNorm);
      expect(norm).toBeCloseTo(same.norm!, 6); // Factors with their scale in them are rounded to float32.
      expect(singularValues![0]).toBeCloseTo(same.singularValues![0]!, 6);
    }
  });

  test('an adapter is analysed against its base', async () => {
    const { name, tensors, warnings } = await json<AnalyzeResult>(['analyze', join(demo, 'task')]);
    expect({ name, warnings }).toEqual({ name: 'task', warnings: undefined });
    expect(new Set(tensors.map(({ rank }) => rank))).toEqual(new Set([8]));
  });

  test('the analysis is drawn layer by layer', async () => {
    const { stdout } = await steer(['analyze', direction]);
    for (const layer of [0, 1, 2, 3])
      expect(stdout).toMatch(new RegExp(`^layer ${layer}  █+.* % of the base$`, 'm'));
  });

  test('a stored direction is inspected', async () => {
    const result = await json<InspectResult>(['inspect', direction]);
    expect(result).toMatchObject({
      kind: 'direction',
      config: { format: 'weight-steering-direction', version: 1 },
    });
  });

  test('an output that exists is kept, unless it is to be replaced', async () => {
    const refused = await failure(['contrast', recipe, '-o', direction]);
    expect(refused).toMatchObject({ code: 'output-exists', subject: direction });
    await json<ContrastResult>(['contrast', recipe, '-o', direction, '--force']);
  });
});

describe('write', () => {
  test('writes the strengths of the command line, and tells what rounding did', async () => {
    const out = join(folder.path, 'at-{strength}');
    const { outputs } = await json<WriteResult>(['write', recipe, '-o', out, '--strength', '-1', '0.5']);
    expect(outputs).toMatchObject([
      { path: join(folder.path, 'at-k-1'), strength: -1, format: 'checkpoint', rank: null },
      { path: join(folder.path, 'at-k0.5'), strength: 0.5, tensors: { changed: 28, copied: 22 } },
    ]);
    for (const { rounding, seconds } of outputs) {
      expect(rounding!.cosine).toBeGreaterThan(0.99);
      expect(rounding!.projection).toBeCloseTo(1, 2);
      expect(rounding!.unmoved).toBeLessThan(0.2);
      expect(seconds).toBeGreaterThan(0);
    }
    const compared = await json<CompareResult>(['compare', join(demo, 'base'), outputs[0]!.path, '--values']);
    const moved = compared.tensors.filter(({ changedShare }) => changedShare! > 0);
    expect(moved).toHaveLength(28);
    expect(Math.hypot(...moved.map(({ norm }) => norm!))).toBeCloseTo(outputs[0]!.rounding!.realised!, 9);
  });

  test('says in words what was requested and what came of it', async () => {
    const { code, stdout, stderr } = await steer(['write', recipe, '-o', join(folder.path, 'words')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Wrote .*words: strength 1, 28 of 50 tensors changed; rounding keeps .* of the requested change\.$/m,
    );
  });

  test('writes an adapter, and says how to load it', async () => {
    const out = join(folder.path, 'adapter');
    const { stdout } = await steer(['write', recipe, '-o', out, '--format', 'adapter']);
    expect(stdout).toContain('an adapter of rank 16 on 28 tensors');
    expect(stdout).toContain(`"${out}")`);
    expect(stdout).toContain('--max-lora-rank 16');
  });

  test('tells beforehand, and touches nothing', async () => {
    const before = readdirSync(folder.path);
    const options = ['--dry-run', '--strength', '-2:2:0.5', '-o', join(folder.path, 'dry-{strength}')];
    const { outputs, peakMemory, freeDisk } = await json<DryRunResult>(['write', recipe, ...options]);
    expect(outputs.map(({ strength }) => strength)).toEqual([-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2]);
    expect(peakMemory).toBeGreaterThan(0);
    expect(freeDisk).toBeGreaterThan(0);
    expect(readdirSync(folder.path)).toEqual(before);
    const { warnings } = await json<DryRunResult>(['write', recipe, '--dry-run', '-o', folder.path]);
    expect(warnings).toMatchObject([
      { code: 'output-exists', message: expect.stringContaining(`${folder.path} exists already`) },
    ]);
  });

  test('carries warnings: in the JSON, else on standard error', async () => {
    const zero = [
      'write',
      recipe,
      '--format',
      'checkpoint',
      '--force',
      '-o',
      join(folder.path, 'tiny'),
      '--strength',
      '1e-9',
    ];
    const { warnings } = await json<WriteResult>(zero);
    expect(warnings).toMatchObject([
      { code: 'nothing-changed', message: expect.stringContaining('format: adapter') },
    ]);
    const { stdout, stderr } = await steer(zero);
    expect(stderr).toBe(`warning: ${warnings![0]!.message}\n`);
    expect(stdout).not.toContain('warning');
  });
});

describe('what cannot be done ends with 2 and says why', () => {
  test.each<[args: string, code: string, message: RegExp]>([
    ['inspect nowhere', 'model-not-found', /nowhere.*hf download/],
    ['inspect https://huggingface.co/Qwen/Qwen2.5-0.5B', 'usage', /not by address/],
    ['inspect base+honest', 'usage', /a model and an adapter/],
    ['inspect ', 'usage', /this is empty/],
    ['inspect --lines ', 'usage', /this is empty/],
    ['compare base ', 'usage', /this is empty/],
    ['check ', 'usage', /this is empty/],
    ['init honest ', 'usage', /this is empty/],
    ['inspect base --tensor model.norm.weigth', 'missing-tensor', /nearest name is "model\.norm\.weight"/],
    ['inspect', 'usage', /missing required argument 'model'/],
    ['inspect base honest', 'usage', /too many arguments/],
    ['inspect base --frobnicate', 'usage', /unknown option '--frobnicate'/],
    ['inspekt base', 'usage', /unknown command 'inspekt'/],
    ['compare base runs/drifting', 'not-a-model', /training run/],
    ['analyze base', 'usage', /is a checkpoint/],
    ['analyze nowhere.yaml', 'file-not-found', /nowhere\.yaml/],
    ['contrast honest.steer.yaml', 'usage', /--output/],
    ['write honest', 'unreadable', /is a folder, and a recipe is a file/],
    ['write honest.steer.yaml --strength', 'usage', /argument missing/],
    ['write honest.steer.yaml --strength 1 x', 'usage', /too many arguments/],
    ['write honest.steer.yaml --strength x', 'usage', /takes numbers, not "x"/],
    ['write honest.steer.yaml --strength hones=1', 'usage', /did you mean honest/],
    ['write honest.steer.yaml --strength 1 2 -o out/one', 'duplicate-output', /add \{strength\}/],
    ['write honest.steer.yaml -o out/{nme}', 'usage', /\{nme\}/],
    ['write honest.steer.yaml --device toaster', 'usage', /Allowed choices are auto, cpu, webgpu/],
    ['write honest.steer.yaml -o data', 'output-exists', /exists already/],
    ['init honest runs/drifting', 'not-a-model', /training run/],
  ])('%s', async (args, code, message) => {
    const words = args.split(' ');
    const plain = await steer(words, { cwd: demo });
    expect(plain).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    expect(plain.stderr).toMatch(/^error: /);
    const { code: status, stdout, stderr } = await steer([...words, '--json'], { cwd: demo });
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    const { error } = parseJson<ErrorResult>(stdout);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('nothing at all is answered with the help, on standard error', async () => {
    expect(await steer([])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Usage: steer'),
    });
  });

  test.each([
    ['write --frobnicate', 'steer write --help'],
    ['inspekt base', 'steer --help'],
  ])('%s leads to %s', async (args, help) => {
    expect((await steer(args.split(' '))).stderr).toMatch(new RegExp(`^See: ${help}$`, 'm'));
  });

  test('what a file is called cannot command the terminal', async () => {
    const { stderr } = await steer(['inspect', 'a\u001b[31mb']);
    expect(stderr).toContain(String.raw`a\u{1b}[31mb`);
  });
});

describe('help', () => {
  test.each([
    'inspect',
    'compare',
    'init',
    'contrast',
    'analyze',
    'vocabulary',
    'report',
    'write',
    'lsp',
    'completion',
  ])('of %s has examples', async (command) => {
    const { code, stdout, stderr } = await steer([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: steer ${command} [^]*\nExamples:\n.*steer ${command} `));
  });

  test('names every command', async () => {
    expect((await steer(['--help'])).stdout).toMatch(
      /inspect[^]*compare[^]*init[^]*contrast[^]*analyze[^]*write[^]*lsp/,
    );
  });
});

async function json<Result>(args: readonly string[]): Promise<Result> {
  const { code, stdout, stderr } = await steer([...args, '--json']);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  return parseJson<Result>(stdout);
}

async function failure(args: readonly string[]): Promise<ErrorResult['error']> {
  const { code, stdout, stderr } = await steer([...args, '--json']);
  expect({ code, stderr }, stdout).toEqual({ code: 2, stderr: '' });
  return parseJson<ErrorResult>(stdout).error;
}
