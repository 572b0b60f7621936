import { cpSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Matrix } from 'ml-matrix';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyze } from '../../../server/analysis/analyze.ts';
import { isLowRank } from '../../../server/directions/terms.ts';
import { readRecipe } from '../../../server/recipes/readRecipe.ts';
import type { ResolvedRecipe } from '../../../server/recipes/resolvedRecipe.ts';
import { dryRun } from '../../../server/steering/dryRun.ts';
import { storeDirection } from '../../../server/steering/storeDirection.ts';
import { writeSteered } from '../../../server/steering/writeSteered.ts';
import { LazyWork } from '../../../server/tasks/lazyWork.ts';
import { openRecipe } from '../../../server/tasks/openRecipe.ts';
import { recipeFacts } from '../../../server/tasks/recipeFacts.ts';
import { Warnings } from '../../../server/warnings.ts';
import { parseJson } from '../../support/json.ts';
import { checkpointFolder, matrix, vector } from '../../support/modelFolders.ts';
import { readModel, valuesOf } from '../../support/readTensors.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { multipliedOut, singularValues } from '../analysis/multipliedOut.ts';
import { randomNumbers } from '../work/reference.ts';

interface Facts {
  readonly norm: number;
  readonly tensors: Readonly<
    Record<string, { readonly norm: number; readonly sigma: readonly number[] | null }>
  >;
}

const { signal } = new AbortController();
const fixture = join(root, 'test/fixtures/spectra');
const { directions } = parseJson<{ readonly directions: Readonly<Record<string, Facts>> }>(
  readFileSync(join(fixture, 'expected.json'), 'utf8'),
);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let outputs = 0;
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

const recipes = {
  contrast: { base: 'base', positive: 'plus', negative: 'minus' },
  dense: { base: 'base', positive: 'tuned', negative: 'base' },
  mixed: { base: 'base', positive: 'tuned+plus', negative: 'base' },
  embedding: { base: 'base', positive: 'embedding', negative: 'base' },
};

describe.each(['contrast', 'dense', 'mixed', 'embedding'] as const)('%s', (name) => {
  const { tensors, norm } = directions[name]!;
  const sigmaOf = (tensor: string) => tensors[tensor]!.sigma ?? [tensors[tensor]!.norm];

  test.each([1, 2, 3])(
    'cut to rank %i is its best approximation: what is missing is the tail',
    async (rank) => {
      const whole = await open(recipes[name]);
      const cut = await open({ ...recipes[name], rank });
      expect([...cut.direction.tensors.keys()]).toEqual([...whole.direction.tensors.keys()]);
      let missing = 0;
      for (const [tensor, { terms, shape }] of cut.direction.tensors) {
        const rest = Matrix.sub(
          multipliedOut(whole.direction.tensors.get(tensor)!),
          multipliedOut(cut.direction.tensors.get(tensor)!),
        );
        const tail = Math.hypot(0, ...sigmaOf(tensor).slice(rank));
        expect(Math.abs(rest.norm('frobenius') - tail)).toBeLessThan(1e-9 * tensors[tensor]!.norm);
        missing += tail ** 2;
        if (shape.length < 2) continue;
        expect(terms.every(isLowRank)).toBe(true);
        expect(terms.map((term) => isLowRank(term) && term.rank)).toEqual([
          Math.min(rank, sigmaOf(tensor).filter((value) => value > 1e-9 * sigmaOf(tensor)[0]!).length),
        ]);
      }
      expect(cut.truncation).toMatchObject([{ name: 'cut', rank }]);
      expect(cut.truncation![0]!.relativeError).toBeCloseTo(Math.sqrt(missing) / norm, 9);
    },
  );

  test('cut to a share of its squares keeps as many vectors as that takes, tensor by tensor', async () => {
    const { direction } = await open({ ...recipes[name], energy: 0.8 });
    for (const [tensor, { terms, shape }] of direction.tensors) {
      if (shape.length < 2) continue;
      const squares = sigmaOf(tensor).map((value) => value ** 2);
      const total = squares.reduce((sum, value) => sum + value, 0);
      let sum = 0;
      const needed = squares.findIndex((value) => (sum += value) >= 0.8 * total) + 1;
      expect(terms.map((term) => isLowRank(term) && term.rank)).toEqual([needed]);
    }
  });
});

test('what is written is the base and so much of the approximation', async () => {
  const resolved = await open({ ...recipes.dense, rank: 2, exclude: ['*norm*'] });
  const path = await write(resolved, { strength: 1.5, format: 'checkpoint' });
  const [base, written] = [readModel(at('base')), readModel(path)];
  for (const [tensor, { sigma }] of Object.entries(directions['dense']!.tensors)) {
    if (sigma === null) continue;
    const [before, after] = [valuesOf(base.get(tensor)!), valuesOf(written.get(tensor)!)];
    const tuned = valuesOf(readModel(at('tuned')).get(tensor)!);
    const rest = after.map((value, n) => tuned[n]! - before[n]! - (value - before[n]!) / 1.5);
    const tail = Math.hypot(...sigma.slice(2));
    expect(Math.abs(Math.hypot(...rest) / tail - 1)).toBeLessThan(1e-5); // Float32 weights.
    const w = multipliedOut(resolved.direction.tensors.get(tensor)!).to1DArray();
    after.forEach((value, n) => expect(value).toBe(Math.fround(before[n]! + 1.5 * w[n]!)));
  }
});

test('the difference of checkpoints becomes an adapter of the rank, and a direction that is that one', async () => {
  const resolved = await open({ ...recipes.dense, rank: 2, modules: ['attention', 'mlp'] });
  const adapter = await write(resolved, { strength: 1, format: 'auto' });
  expect(parseJson<object>(readFileSync(join(adapter, 'adapter_config.json'), 'utf8'))).toMatchObject({
    r: 2,
  });
  await using work = new LazyWork('cpu', signal);
  const path = at('stored');
  const options = { force: false, work: work.open, signal, warnings: new Warnings(), onKept: () => {} };
  const stored = await storeDirection(resolved, path, options);
  expect(stored.truncation).toEqual(resolved.truncation);
  expect(stored.tensors).toMatchObject({ lowRank: 9, dense: 0 });
  const again = await open({ base: 'base', directions: [{ name: 'w', path: 'stored' }] });
  for (const [tensor, { terms }] of again.direction.tensors) {
    expect(terms.map((term) => isLowRank(term) && term.rank)).toEqual([2]);
    const rest = Matrix.sub(
      multipliedOut(again.direction.tensors.get(tensor)!),
      multipliedOut(resolved.direction.tensors.get(tensor)!),
    );
    expect(rest.norm('frobenius')).toBeLessThan(1e-6 * directions['dense']!.tensors[tensor]!.norm);
  }
});

test('a model of Conv1D gets an adapter for these, also where matrices are square', async () => {
  const config = { model_type: 'gpt2', n_layer: 1 };
  checkpointFolder(at('before'), gpt(1), config);
  checkpointFolder(at('after'), gpt(3), config);
  const resolved = await open({ base: 'before', positive: 'after', negative: 'base', rank: 1 });
  const adapter = await write(resolved, { strength: 1, format: 'auto' });
  const written = parseJson<object>(readFileSync(join(adapter, 'adapter_config.json'), 'utf8'));
  expect(written).toMatchObject({ r: 1, fan_in_fan_out: true });
  const again = await open({ base: 'before', positive: adapter, negative: 'base' });
  for (const [tensor, found] of again.direction.tensors) {
    const expected = multipliedOut(resolved.direction.tensors.get(tensor)!);
    expect(Matrix.sub(multipliedOut(found), expected).norm('frobenius')).toBeLessThan(1e-6);
    expect(expected.norm('frobenius')).toBeGreaterThan(1);
  }
});

test('each direction is cut before its strength, and the sum once more', async () => {
  const items = [
    { name: 'one', positive: 'plus', negative: 'base', rank: 1, strength: 2 },
    { name: 'other', positive: 'minus', negative: 'base', rank: 2, strength: -0.5 },
  ];
  const single: ResolvedRecipe[] = [];
  for (const { rank, positive } of items)
    single.push(await open({ base: 'base', positive, negative: 'base', rank }));
  const { direction, truncation } = await open({ base: 'base', directions: items });
  expect(truncation).toMatchObject([
    { name: 'one', rank: 1 },
    { name: 'other', rank: 2 },
  ]);
  for (const [tensor, found] of direction.tensors) {
    const [one, other] = single.map((each) => multipliedOut(each.direction.tensors.get(tensor)!));
    const expected = Matrix.add(Matrix.mul(one!, 2), Matrix.mul(other!, -0.5));
    expect(Matrix.sub(multipliedOut(found), expected).norm('frobenius')).toBeLessThan(
      1e-12 * expected.norm('frobenius'),
    );
  }
  const both = await open({ base: 'base', directions: items, rank: 1 });
  expect(both.truncation!.map(({ name }) => name)).toEqual(['one', 'other', 'cut']);
  const ranks = [...both.direction.tensors.values()].map(({ terms }) =>
    terms.map((term) => isLowRank(term) && term.rank),
  );
  expect(new Set(ranks.flat())).toEqual(new Set([1]));
});

test('factors of no higher rank stay as they are', async () => {
  const whole = await open(recipes.contrast);
  const { direction, truncation } = await open({ ...recipes.contrast, rank: 8 });
  expect([...direction.tensors.values()]).toEqual([...whole.direction.tensors.values()]);
  expect(truncation).toEqual([{ name: 'cut', relativeError: 0, rank: 8 }]);
});

test('factors are computed once, and again where their file is not whole', async () => {
  rmSync(at('cache'), { recursive: true, force: true });
  const first = await open({ ...recipes.contrast, rank: 2 });
  const files = cached();
  expect(files.size).toBe(first.direction.tensors.size);
  const second = await open({ ...recipes.contrast, rank: 2 });
  expect([...second.direction.tensors]).toEqual([...first.direction.tensors]);
  const [broken = ''] = files.keys();
  writeFileSync(broken, readFileSync(broken).subarray(0, 200));
  await open({ ...recipes.contrast, rank: 2 });
  expect(cached()).toEqual(files);
});

test('factors are those of the values that are there now, also where a file kept its size and its time', async () => {
  cpSync(at('plus'), at('changing'), { recursive: true });
  const path = at('changing/adapter_model.safetensors');
  const time = new Date(1_700_000_000_000);
  utimesSync(path, time, time);
  const recipe = { base: 'base', positive: 'changing', negative: 'base', rank: 1 };
  const before = await open(recipe);
  const content = readFileSync(path);
  content.writeFloatLE(17, content.length - 4);
  writeFileSync(path, content);
  utimesSync(path, time, time);
  const after = await open(recipe);
  expect(valuesIn(after)).not.toEqual(valuesIn(before));
  const whole = await open({ ...recipe, rank: 64 });
  expect(after.truncation![0]!.relativeError).toBeCloseTo(tailOf(whole), 9);
});

test('analysis, dry run and written model say what was left out', async () => {
  const resolved = await open({ ...recipes.contrast, rank: 3 });
  await using work = new LazyWork('cpu', signal);
  const warnings = new Warnings();
  const analysis = await analyze(resolved, { work: await work.open(), signal, warnings });
  expect(analysis.truncation).toEqual(resolved.truncation);
  expect(analysis.tensors.every(({ rank }) => rank !== null && rank <= 3)).toBe(true);
  const request = { resolved, outputs: [{ path: at('never'), strength: 1 }], format: 'auto' as const };
  expect((await dryRun(request, { signal, warnings })).truncation).toEqual(resolved.truncation);
});

test('the facts of a recipe need no weights: the cache stays empty', async () => {
  rmSync(at('cache'), { recursive: true, force: true });
  const recipe = { ...recipes.dense, rank: 4, modules: ['mlp'], output: { path: 'out/facts' } };
  writeFileSync(at('facts.steer.yaml'), JSON.stringify(recipe));
  const warnings = new Warnings();
  const facts = await recipeFacts(
    { path: at('facts.steer.yaml') },
    { folder: folder.path, signal, warnings },
  );
  expect(facts).toMatchObject({ tensors: 6, outputs: [{ format: 'adapter', exists: false }] });
  expect(cached().size).toBe(0);
});

describe('refused by name and with numbers', () => {
  test('is a stack of experts', async () => {
    models(
      { 'layers.0.mlp.experts.down_proj': experts(1) },
      { 'layers.0.mlp.experts.down_proj': experts(2) },
    );
    await refused({ rank: 1 }, 'unsupported-truncation', /experts\.down_proj" \[2, 2, 3\] is a stack/);
  });

  test('is a dense matrix that takes more vectors than are computed', async () => {
    const random = randomNumbers(3);
    const values = Array.from({ length: 300 * 290 }, () => random());
    models({ w: matrix(300, 290, 0) }, { w: { shape: [300, 290], values } });
    const message =
      /energy: 0\.999 needs 2\d\d singular vectors of "w" \[300, 290\], .* 256 are computed at most/;
    await refused({ energy: 0.999 }, 'unsupported-truncation', message);
  });

  test('is what is not finite', async () => {
    models({ w: matrix(2, 3, 0) }, { w: matrix(2, 3, 1, Number.NaN) });
    await refused({ rank: 1 }, 'not-finite', /values on "w" that are NaN or infinite/);
  });
});

test('vectors are no matrices and stay, and what is zero goes', async () => {
  const changed = { norm: vector(1, 2), w: matrix(2, 2, 1, 0) };
  models(
    { norm: vector(0, 0), w: matrix(2, 2, 0), same: matrix(2, 2, 3) },
    { ...changed, same: matrix(2, 2, 3) },
  );
  const { direction, truncation } = await open({
    base: 'before',
    positive: 'after',
    negative: 'base',
    rank: 1,
  });
  expect([...direction.tensors.keys()]).toEqual(['norm', 'w']);
  expect(truncation).toMatchObject([{ rank: 1 }]);
  expect(truncation![0]!.relativeError).toBeCloseTo(0, 9);
  expect(multipliedOut(direction.tensors.get('norm')!).to1DArray()).toEqual([1, 2]);
});

async function refused(truncation: object, code: string, message: RegExp): Promise<void> {
  const opened = open({ base: 'before', positive: 'after', negative: 'base', ...truncation });
  await expect(opened).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
}

const experts = (value: number) => ({
  shape: [2, 2, 3],
  values: Array.from({ length: 12 }, () => value),
});

/** Of GPT-2's modules a square one and another. */
const gpt = (value: number) => ({
  'h.0.attn.c_proj.weight': matrix(3, 3, value, 2 * value, 0, 1),
  'h.0.attn.c_attn.weight': matrix(3, 9, value, 0, 0, 5),
});

function models(before: Parameters<typeof checkpointFolder>[1], after: typeof before): void {
  checkpointFolder(at('before'), before);
  checkpointFolder(at('after'), after);
}

async function open(recipe: object): Promise<ResolvedRecipe> {
  const path = at('cut.steer.yaml');
  writeFileSync(path, JSON.stringify(recipe));
  return await openRecipe(await readRecipe(path, signal), {
    folder: folder.path,
    signal,
    warnings: new Warnings(),
  });
}

async function write(
  resolved: ResolvedRecipe,
  { strength, format }: { readonly strength: number; readonly format: 'auto' | 'checkpoint' },
): Promise<string> {
  await using work = new LazyWork('cpu', signal);
  const path = at(`out${outputs++}`);
  const request = { resolved, outputs: [{ path, strength }], format };
  const warnings = new Warnings();
  const result = await writeSteered(request, {
    force: false,
    work: work.open,
    signal,
    warnings,
    onKept: () => {},
  });
  expect(result.truncation).toEqual(resolved.truncation);
  return path;
}

/** Entries of the cache with their bytes. */
function cached(): ReadonlyMap<string, string> {
  const names = readdirSync(at('.')).includes('cache') ? readdirSync(at('cache'), { recursive: true }) : [];
  const files = names
    .map((name) => join(at('cache'), String(name)))
    .filter((path) => /\/[0-9a-f]{62}$/.test(path));
  return new Map(files.map((path) => [path, readFileSync(path).toString('base64')]));
}

/** What the best approximation of rank 1 leaves out, in relation to ‖w‖. */
function tailOf({ direction }: ResolvedRecipe): number {
  const sigma = [...direction.tensors.values()].map((tensor) => singularValues(multipliedOut(tensor)));
  return Math.hypot(...sigma.flatMap((values) => values.slice(1))) / Math.hypot(...sigma.flat());
}

function valuesIn({ direction }: ResolvedRecipe): readonly (readonly number[][])[] {
  return [...direction.tensors.values()].map((tensor) => multipliedOut(tensor).to2DArray());
}
