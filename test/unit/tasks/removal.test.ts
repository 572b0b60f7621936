import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Matrix } from 'ml-matrix';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RemovalReport } from '#protocol/rollups.ts';
import { analyze } from '../../../server/analysis/analyze.ts';
import { apart } from '../../../server/directions/algebra.ts';
import type { Direction } from '../../../server/directions/term.ts';
import { isLowRank, totalRank } from '../../../server/directions/terms.ts';
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
import { checkpointFolder, matrix } from '../../support/modelFolders.ts';
import { readModel, valuesOf } from '../../support/readTensors.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { multipliedOut, singularValues } from '../analysis/multipliedOut.ts';

type Reference = Omit<RemovalReport, 'name'> & {
  readonly direction: string;
  readonly norms: Readonly<Record<string, number>>;
};

const { signal } = new AbortController();
const fixture = join(root, 'test/fixtures/similarity');
const references = parseJson<Readonly<Record<string, readonly Reference[]>>>(
  readFileSync(join(fixture, 'removals.json'), 'utf8'),
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

const cases = Object.entries(references).flatMap(([base, all]) =>
  all.map((reference) => ({
    base,
    reference,
    title: `${reference.direction} without ${reference.removed.map(({ direction, per }) => `${direction} per ${per}`).join(', ')}`,
  })),
);

describe('what numpy has in float64', () => {
  test.each(cases)('$title', async ({ base, reference }) => {
    const { direction: positive, share, norms, removed } = reference;
    const remove = removed.map(({ direction, per }) => ({ direction, per }));
    const recipe = { base, positive, negative: 'base' };
    const { direction, removal, tied } = await open({ ...recipe, remove });
    const found = removal![0]!;
    isNear(found.share, share);
    expect(removal).toHaveLength(1);
    for (const [index, expected] of removed.entries()) {
      const { cosineBefore, cosineAfter, coefficient, ...counts } = found.removed[index]!;
      isNear(cosineBefore, expected.cosineBefore);
      isNear(coefficient, expected.coefficient);
      expect(Math.abs(cosineAfter!)).toBeLessThan(1e-12);
      const { direction: reference, per, tensors, untouched, leftOut } = expected;
      expect(counts).toEqual({ direction: reference, per, tensors, untouched, leftOut });
    }
    const spelled = tied === undefined ? direction : apart(direction, tied);
    const values = valuesIn(spelled);
    expect([...values.keys()].toSorted()).toEqual(Object.keys(norms).toSorted());
    for (const [tensor, norm] of Object.entries(norms)) isNear(Math.hypot(...values.get(tensor)!), norm);
    for (const { direction: other, per } of removed) {
      const u = (await open({ ...recipe, positive: other })).direction;
      const others = valuesIn(tied === undefined ? u : apart(u, tied));
      expect(Math.abs(cosine(values, others))).toBeLessThan(1e-12);
      if (per === 'model') continue;
      for (const tensor of values.keys())
        expect(Math.abs(cosine(only(values, tensor), only(others, tensor)))).toBeLessThan(1e-12);
    }
  });
});

test('a planted part is taken out and nothing else: w = a + 0.5 u leaves a', async () => {
  const planted = [
    { name: 'a', positive: 'factors-1', negative: 'base', remove: ['factors-2'] },
    { name: 'u', positive: 'factors-2', negative: 'base', strength: 0.5 },
  ];
  const a = await open({ base: 'base', directions: planted.slice(0, 1) });
  const { direction, removal } = await open({ base: 'base', directions: planted, remove: ['factors-2'] });
  expect(removal!.map(({ name }) => name)).toEqual(['a', 'cut']);
  expect(removal![1]!.removed[0]!.coefficient).toBeCloseTo(0.5, 12);
  const [left, expected] = [valuesIn(direction), valuesIn(a.direction)];
  expect(cosine(left, expected)).toBeCloseTo(1, 14);
  for (const [tensor, values] of expected) isNear(Math.hypot(...left.get(tensor)!), Math.hypot(...values));
});

test('factors stay factors, of both ranks together', async () => {
  const { direction } = await open({ ...factors, remove: ['factors-2'] });
  const ranks = [...direction.tensors].map(([name, { terms }]) => {
    expect(terms.every(isLowRank)).toBe(true);
    return [name.slice(13), totalRank(terms)];
  });
  expect(ranks).toEqual([
    ['0.mlp.up_proj.weight', 8],
    ['0.self_attn.q_proj.weight', 8],
    ['1.mlp.up_proj.weight', 3],
    ['1.self_attn.q_proj.weight', 3],
  ]);
});

test('what is removed may be a recipe, whose own rules hold, or a stored direction', async () => {
  writeFileSync(at('half.steer.yaml'), JSON.stringify({ ...mixed, positive: 'dense-2', layers: 0 }));
  const half = await open({ ...mixed, positive: 'dense-2', layers: 0 });
  await using work = new LazyWork('cpu', signal);
  const options = { force: false, work: work.open, signal, warnings: new Warnings(), onKept: () => {} };
  await storeDirection(half, at('half'), options);
  const byRecipe = await open({ ...mixed, remove: ['half.steer.yaml'] });
  const byFolder = await open({ ...mixed, remove: ['half'] });
  const [one, other] = [byRecipe, byFolder].map(({ removal }) => removal![0]!);
  expect(one!.removed[0]).toMatchObject({ direction: 'half.steer.yaml', tensors: 4, untouched: 2 });
  // Stored directions are of float32.
  expect(Math.abs(one!.share! / other!.share! - 1)).toBeLessThan(1e-6);
  expect(Math.abs(cosine(valuesIn(byRecipe.direction), valuesIn(half.direction)))).toBeLessThan(1e-12);
});

test('removing comes before rank, and both before the strength', async () => {
  const item = { name: 'w', positive: 'factors-1', negative: 'base', remove: ['factors-2'], rank: 2 };
  const cleaned = await open({ ...factors, remove: ['factors-2'] });
  const { direction, removal, truncation } = await open({
    base: 'base',
    directions: [{ ...item, strength: -3 }],
  });
  expect(removal).toMatchObject([{ name: 'w' }]);
  expect(truncation).toMatchObject([{ name: 'w', rank: 2 }]);
  for (const [tensor, found] of direction.tensors) {
    const whole = multipliedOut(cleaned.direction.tensors.get(tensor)!);
    const rest = Matrix.sub(whole, Matrix.mul(multipliedOut(found), -1 / 3));
    expect(totalRank(found.terms)).toBe(2);
    const tail = Math.hypot(...singularValues(whole).slice(2));
    isNear(rest.norm('frobenius'), tail);
  }
});

test('what is written is the target and what is left, rounded once', async () => {
  const resolved = await open({ ...mixed, remove: ['dense-2', 'factors-1'] });
  const path = await write(resolved, { strength: 1.5, format: 'checkpoint' });
  const [base, written] = [readModel(at('base')), readModel(path)];
  const w = valuesIn(resolved.direction);
  expect(w.size).toBeGreaterThan(5);
  for (const [tensor, values] of w) {
    const before = valuesOf(base.get(tensor)!);
    valuesOf(written.get(tensor)!).forEach((value, n) => {
      // The rounding of the reference itself, where a sum of many terms lies between two float32 numbers.
      const exact = before[n]! + 1.5 * values[n]!;
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(2 ** -24 * Math.abs(exact) * (1 + 1e-6));
    });
  }
  const steering = parseJson<{ readonly inputs: readonly { readonly role: string }[] }>(
    readFileSync(join(path, 'steering.json'), 'utf8'),
  );
  expect(steering).toMatchObject({ recipe: { remove: ['dense-2', 'factors-1'] } });
  expect(steering.inputs.map(({ role }) => role)).toContain('removed.factors-1.positive');
});

test('an adapter that is written, and a direction that is stored, have nothing of it', async () => {
  const resolved = await open({ ...factors, remove: ['factors-2'] });
  const adapter = await write(resolved, { strength: 2, format: 'auto' });
  await using work = new LazyWork('cpu', signal);
  const options = { force: false, work: work.open, signal, warnings: new Warnings(), onKept: () => {} };
  const stored = await storeDirection(resolved, at('stored'), options);
  expect(stored.removal).toEqual(resolved.removal);
  const again = [
    await open({ ...factors, positive: adapter }),
    await open({ base: 'base', directions: [{ name: 'w', path: 'stored' }] }),
  ];
  const removed = valuesIn((await open({ ...factors, positive: 'factors-2' })).direction);
  for (const { direction } of again) {
    expect([...direction.tensors.values()].every(({ terms }) => terms.every(isLowRank))).toBe(true);
    expect(cosine(valuesIn(direction), valuesIn(resolved.direction))).toBeCloseTo(1, 10);
    expect(Math.abs(cosine(valuesIn(direction), removed))).toBeLessThan(1e-8); // Factors are float32.
  }
});

test('analysis and dry run say what was taken out', async () => {
  const resolved = await open({ ...mixed, remove: ['dense-2'] });
  await using work = new LazyWork('cpu', signal);
  const warnings = new Warnings();
  const analysis = await analyze(resolved, { work: await work.open(), signal, warnings });
  expect(analysis.removal).toEqual(resolved.removal);
  isNear(analysis.norm, Math.hypot(...[...valuesIn(resolved.direction).values()].flatMap((all) => [...all])));
  const request = { resolved, outputs: [{ path: at('never'), strength: 1 }], format: 'auto' as const };
  expect((await dryRun(request, { signal, warnings })).removal).toEqual(resolved.removal);
});

test('the facts of a recipe need no weights, and count the ranks', async () => {
  const recipe = { ...factors, remove: ['factors-2'], output: { path: 'out/facts' } };
  writeFileSync(at('facts.steer.yaml'), JSON.stringify(recipe));
  const facts = await recipeFacts(
    { path: at('facts.steer.yaml') },
    { folder: folder.path, signal, warnings: new Warnings() },
  );
  expect(facts).toMatchObject({ tensors: 4, outputs: [{ format: 'adapter', exists: false }] });
  const request = { resolved: await open(recipe), outputs: [{ path: at('out/facts'), strength: 1 }] };
  const planned = await dryRun({ ...request, format: 'auto' }, { signal, warnings: new Warnings() });
  expect(planned.outputs).toMatchObject([{ rank: 8, bytesWritten: facts.outputs[0]!.bytes }]);
});

test('where all of w goes, the direction is zero, with a warning', async () => {
  const warnings = new Warnings();
  const { direction, removal } = await open({ ...factors, remove: ['factors-1'] }, warnings);
  expect(direction.tensors.size).toBe(0);
  expect(removal).toMatchObject([{ share: 1, removed: [{ cosineBefore: 1, cosineAfter: null }] }]);
  expect(warnings.list()).toMatchObject([
    { code: 'zero-direction', message: expect.stringContaining('All of cut lies in the span of factors-1') },
  ]);
});

test('what moves nothing of w is told, and changes nothing', async () => {
  const warnings = new Warnings();
  const only1 = { ...factors, layers: 1 };
  const { direction, removal } = await open({ ...only1, remove: ['factors-2'] }, warnings);
  expect([...direction.tensors.values()]).toEqual([...(await open(only1)).direction.tensors.values()]);
  expect(removal).toMatchObject([{ share: 0, removed: [{ tensors: 0, untouched: 2, leftOut: 2 }] }]);
  expect(warnings.list().map(({ code }) => code)).toEqual(['removes-nothing']);
});

describe('refused by name', () => {
  test('is a direction that is zero', async () => {
    checkpointFolder(at('before'), { w: matrix(2, 2, 1, 2) });
    checkpointFolder(at('after'), { w: matrix(2, 2, 3, 4) });
    checkpointFolder(at('copy'), { w: matrix(2, 2, 1, 2) });
    const recipe = { base: 'before', positive: 'after', negative: 'base', remove: ['copy'] };
    await refused(recipe, 'invalid-direction', /remove: copy` is zero/);
  });

  test('is what is not finite', async () => {
    checkpointFolder(at('odd'), { w: matrix(2, 2, 1, Number.NaN) });
    const recipe = { base: 'before', positive: 'after', negative: 'base', remove: ['odd'] };
    await refused(recipe, 'not-finite', /remove: odd` has values that are NaN/);
  });

  test('is a direction in the span of the others, over the model and on a tensor', async () => {
    const twice = ['dense-2', 'factors-1', 'dense-2'];
    await refused(
      { ...mixed, remove: twice },
      'invalid-direction',
      /remove: dense-2` lies in the span of dense-2, factors-1 \(/,
    );
    const each = ['factors-1', 'factors-1'].map((direction) => ({ direction, per: 'tensor' }));
    await refused({ ...mixed, remove: each }, 'invalid-direction', /lies in the span .* on "model\.layers\./);
    const inside = [{ direction: 'factors-2', per: 'tensor' }, 'factors-2'];
    await refused({ ...mixed, remove: inside }, 'invalid-direction', /remove: factors-2` lies in the span/);
  });

  test('is a direction of another model', async () => {
    checkpointFolder(at('wide'), { w: matrix(3, 2, 1) });
    checkpointFolder(at('wider'), { w: matrix(3, 2, 2) });
    const other = { base: 'wide', positive: 'wider', negative: 'base' };
    writeFileSync(at('other.steer.yaml'), JSON.stringify(other));
    const recipe = { base: 'before', positive: 'after', negative: 'base', remove: ['other.steer.yaml'] };
    await refused(recipe, 'shape-mismatch', /"w" is \[3, 2\] here and \[2, 2\]/);
  });

  test('are recipes that remove one another', async () => {
    writeFileSync(at('one.steer.yaml'), JSON.stringify({ ...factors, remove: ['two.steer.yaml'] }));
    writeFileSync(at('two.steer.yaml'), JSON.stringify({ ...mixed, remove: ['one.steer.yaml'] }));
    await refused({ ...mixed, remove: ['one.steer.yaml'] }, 'invalid-recipe', /from itself/);
  });
});

const factors = { base: 'base', positive: 'factors-1', negative: 'base' };
const mixed = { base: 'base', positive: 'mixed', negative: 'base' };

async function refused(recipe: object, code: string, message: RegExp): Promise<void> {
  await expect(open(recipe)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
}

function isNear(found: number | null, expected: number | null): void {
  if (expected === null) expect(found).toBeNull();
  else expect(Math.abs(found! - expected)).toBeLessThan(1e-9 * Math.abs(expected));
}

type Values = ReadonlyMap<string, readonly number[]>;

function valuesIn({ tensors }: Direction): Values {
  return new Map([...tensors].map(([name, tensor]) => [name, multipliedOut(tensor).to1DArray()]));
}

function only(values: Values, tensor: string): Values {
  return new Map([[tensor, values.get(tensor) ?? []]]);
}

/** 0 where one of the two has nothing. */
function cosine(one: Values, other: Values): number {
  let product = 0;
  for (const [name, values] of one)
    values.forEach((value, n) => (product += value * (other.get(name)?.[n] ?? 0)));
  const size = normOf(one) * normOf(other);
  return size === 0 ? 0 : product / size;
}

function normOf(values: Values): number {
  return Math.hypot(...[...values.values()].flat());
}

async function open(recipe: object, warnings = new Warnings()): Promise<ResolvedRecipe> {
  const path = at('cut.steer.yaml');
  writeFileSync(path, JSON.stringify(recipe));
  return await openRecipe(await readRecipe(path, signal), { folder: folder.path, signal, warnings });
}

async function write(
  resolved: ResolvedRecipe,
  { strength, format }: { readonly strength: number; readonly format: 'auto' | 'checkpoint' },
): Promise<string> {
  await using work = new LazyWork('cpu', signal);
  const path = at(`out${outputs++}`);
  const request = { resolved, outputs: [{ path, strength }], format };
  const result = await writeSteered(request, {
    force: false,
    work: work.open,
    signal,
    warnings: new Warnings(),
    onKept: () => {},
  });
  expect(result.removal).toEqual(resolved.removal);
  return path;
}
