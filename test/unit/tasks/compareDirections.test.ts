import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Matrix, SimilarityParams, SimilarityProgress } from '#protocol/similarity.ts';
import { compareDirections } from '../../../server/tasks/compareDirections.ts';
import { Warnings } from '../../../server/warnings.ts';
import type { Work } from '../../../server/work/job.ts';
import { createWork } from '../../../server/work/work.ts';
import { parseJson } from '../../support/json.ts';
import { adapterFolder, checkpointFolder, matrix, vector } from '../../support/modelFolders.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { randomNumbers } from '../work/reference.ts';

const fixtures = join(root, 'test/fixtures/similarity');
const demo = join(root, 'media/demo');
const { signal } = new AbortController();

let work: Work;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  work = await createWork({ device: 'cpu', threads: 0 });
  folder = await temporaryFolder();
  process.env['WEIGHT_STEERING_CACHE'] = at('cache');
});
afterAll(async () => {
  delete process.env['WEIGHT_STEERING_CACHE'];
  await work[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function similarity(params: SimilarityParams, where: string) {
  const warnings = new Warnings();
  const told: SimilarityProgress[] = [];
  const result = await compareDirections(
    params,
    { folder: where, signal, warnings },
    { work: () => Promise.resolve(work), tell: (progress) => void told.push(progress) },
  );
  return { ...result, told, codes: warnings.list().map(({ code }) => code) };
}

async function codesOf(...subjects: readonly string[]): Promise<readonly string[]> {
  const { flags } = await similarity({ subjects, base: 'wide' }, folder.path);
  return flags.map(({ code }) => code);
}

function at(name: string): string {
  return join(folder.path, name);
}

interface Expected {
  readonly names: readonly string[];
  readonly cosine: Matrix;
  readonly withoutEmbeddings: Matrix;
  readonly layers: readonly Matrix[];
  readonly modules: Readonly<Record<string, Matrix>>;
}

const cases = parseJson<Record<string, Expected>>(readFileSync(join(fixtures, 'cosines.json'), 'utf8'));

/** To 1e-9 of each, as numpy computes them in float64. */
function expectMatrix(found: Matrix | undefined, expected: Matrix): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((row, one) =>
    row.forEach((value, other) => {
      const own = found?.[one]?.[other];
      if (value === null || value === 0) return expect(own).toBe(value);
      expect(Math.abs((own ?? NaN) - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value));
    }),
  );
}

function expectSymmetric(found: Matrix): void {
  found.forEach((row, one) => row.forEach((value, other) => expect(value).toBe(found[other]?.[one])));
}

describe.each(Object.entries(cases))('cosines are those of numpy: %s', (base, expected) => {
  test('over the model, its layers and its modules, with embeddings and without', async () => {
    const result = await similarity({ subjects: expected.names, base }, fixtures);
    expect(result.names).toEqual(expected.names);
    expectMatrix(result.cosine, expected.cosine);
    expectMatrix(result.withoutEmbeddings.cosine, expected.withoutEmbeddings);
    expect(result.layers.map(({ layer }) => layer)).toEqual(expected.layers.map((_, layer) => layer));
    expected.layers.forEach((each, layer) => expectMatrix(result.layers[layer]?.cosine, each));
    for (const { module, cosine } of result.modules) expectMatrix(cosine, expected.modules[module] ?? []);
    expect(result.modules).toHaveLength(5);
  });

  test('are symmetric with a diagonal of ones, whatever the order of arguments', async () => {
    const result = await similarity({ subjects: expected.names, base }, fixtures);
    for (const slice of [result, result.withoutEmbeddings, ...result.layers, ...result.modules]) {
      expectSymmetric(slice.cosine);
      expectSymmetric(slice.z);
      slice.norms.forEach((norm, n) => expect(slice.cosine[n]?.[n]).toBe(norm === 0 ? null : 1));
    }
    const turned = await similarity({ subjects: expected.names.toReversed(), base }, fixtures);
    const back = turned.cosine.toReversed().map((row) => row.toReversed());
    expectMatrix(back, result.cosine);
    expect(turned.null.sigma).toBeCloseTo(result.null.sigma ?? NaN, 12);
  });
});

describe('the demo family', () => {
  const [drifting, control] = ['runs/drifting/checkpoint-60', 'runs/control/checkpoint-60'];

  test('a run that learns to give way goes against honesty; one that does not is within chance', async () => {
    const subjects = ['honest.steer.yaml', drifting, control];
    const { cosine, z, kinds, names, null: chance, told } = await similarity({ subjects }, demo);
    expect(names).toEqual(['honest', 'drifting/checkpoint-60', 'control/checkpoint-60']);
    expect(kinds).toEqual(['recipe', 'adapter', 'adapter']);
    expect(cosine[0]?.[1]).toBeCloseTo(-0.208, 3);
    expect(z[0]?.[1]).toBeLessThan(-100);
    expect(Math.abs(z[0]?.[2] ?? NaN)).toBeLessThan(2);
    expect(chance).toMatchObject({ kind: 'random', count: 0, names: [] });
    expect(chance.sigma).toBe(chance.random);
    expect(chance.sigma).toBeGreaterThan(chance.gaussian ?? NaN);
    expect(told[0]).toMatchObject({ kind: 'plan', names, layers: 4 });
  });

  test('adapters from one seed are flagged, those of others are not', async () => {
    const subjects = ['task', 'task-bare', 'honest', 'seeds/2/honest', 'seeds/3/honest'];
    const { flags } = await similarity({ subjects }, demo);
    expect(flags).toMatchObject([{ code: 'shared-initialisation', a: 0, b: 1 }]);
    expect(flags[0]?.message).toMatch(/^task and task-bare .* \(cosine 0\.957 over 28 of them\)/);
  });

  test('controls give the null: its spread is that of the cosines of both sides with them', async () => {
    const subjects = ['honest', 'sycophantic'];
    const controls = [control, 'task-bare'];
    const result = await similarity({ subjects, controls }, demo);
    const { withControls, z, cosine, codes, names } = result;
    expect(names).toEqual(['honest', 'sycophantic']);
    const all = withControls.flat().map((value) => value ?? NaN);
    expect(all).toHaveLength(4);
    const spread = Math.sqrt(all.reduce((sum, value) => sum + value ** 2, 0) / 4);
    expect(result.null).toMatchObject({ kind: 'controls', count: 2, names: ['checkpoint-60', 'task-bare'] });
    expect(result.null.sigma).toBeCloseTo(Math.max(spread, result.null.random ?? NaN), 12);
    expect(z[0]?.[1]).toBeCloseTo((cosine[0]?.[1] ?? NaN) / (result.null.sigma ?? NaN), 9);
    expect(codes).toEqual(['few-controls']);
  });

  test('a control from the seed of a subject is said to be related', async () => {
    const { codes } = await similarity({ subjects: ['task', 'honest'], controls: ['task-bare'] }, demo);
    expect(codes).toEqual(['related-control', 'few-controls']);
  });

  test('a control named twice counts once, and one that is the subject itself is said to be', async () => {
    const twice = ['task-bare', './task-bare', 'honest'];
    const {
      null: chance,
      withControls,
      z,
      codes,
    } = await similarity({ subjects: ['honest', 'sycophantic'], controls: twice }, demo);
    expect(chance).toMatchObject({ count: 2 });
    expect(withControls.map((row) => row.length)).toEqual([2, 2]);
    expect(codes).toContain('related-control');
    expect(Math.abs(z[0]?.[1] ?? NaN)).toBeLessThan(2);
  });

  test('a direction that has one of the fine-tunes in it is flagged', async () => {
    const { flags, clustered } = await similarity(
      { subjects: ['honest.steer.yaml', 'task', 'honest'] },
      demo,
    );
    expect(flags).toMatchObject([{ code: 'shared-fine-tune', a: 0, b: 2 }]);
    expect(flags[0]?.message).toMatch(
      /^demo\/honest\.steer\.yaml and demo\/honest are both made of honest \(56 tensors of it\)/,
    );
    expect(Math.abs(clustered.indexOf(0) - clustered.indexOf(2))).toBe(1);
  });
});

describe('what a direction was made of is known', () => {
  const [drifting, control] = ['runs/drifting/checkpoint-60', 'runs/control/checkpoint-60'];

  function saved(name: string, rules: object): string {
    const path = at(`${name}.steer.yaml`);
    const [base, positive] = ['base', drifting].map((model) => join(demo, model));
    writeFileSync(path, JSON.stringify({ base, positive, negative: 'base', ...rules }));
    return path;
  }

  test('after its rank was cut', async () => {
    const { flags } = await similarity({ subjects: [saved('cut', { rank: 1 }), drifting, control] }, demo);
    expect(flags.map(({ code, a, b }) => [code, a, b])).toEqual([
      ['shared-initialisation', 0, 2],
      ['shared-initialisation', 1, 2],
      ['shared-fine-tune', 0, 1],
    ]);
  });

  test('and what was projected out is no part of it', async () => {
    const less = saved('less', { remove: [join(demo, 'honest')] });
    const { flags, cosine } = await similarity({ subjects: [less, 'honest', drifting] }, demo);
    expect(Math.abs(cosine[0]?.[1] ?? NaN)).toBeLessThan(1e-12);
    expect(flags.map(({ code, a, b }) => [code, a, b])).toEqual([['shared-fine-tune', 0, 2]]);
  });
});

describe('made for it', () => {
  const key = 'layers.0.q_proj.weight';

  beforeAll(() => {
    checkpointFolder(at('base'), { [key]: matrix(2, 2, 0), other: vector(0, 0) });
    checkpointFolder(at('east'), { [key]: matrix(2, 2, 1, 0, 0, 0), other: vector(0, 0) });
    const angle = [Math.fround(0.6), Math.fround(0.8), 0, 0];
    checkpointFolder(at('turned'), { [key]: matrix(2, 2, ...angle), other: vector(0, 0) });
    checkpointFolder(at('west'), { [key]: matrix(2, 2, -3, 0, 0, 0), other: vector(0, 0) });
    checkpointFolder(at('broken'), { [key]: matrix(2, 2, Number.NaN, 1, 1, 1), other: vector(1, 0) });
    adapterFolder(
      at('elsewhere'),
      { 'layers.1.k_proj.lora_A.weight': matrix(1, 2, 1), 'layers.1.k_proj.lora_B.weight': matrix(2, 1, 1) },
      { r: 1 },
    );
  });

  test('a planted angle is read back', async () => {
    const { cosine, norms } = await similarity({ subjects: ['east', 'turned'], base: 'base' }, folder.path);
    expect(cosine[0]?.[1]).toBeCloseTo(0.6, 7);
    expect(norms[0]).toBe(1);
  });

  test('opposite directions are one direction', async () => {
    const { flags, cosine } = await similarity({ subjects: ['east', 'west'], base: 'base' }, folder.path);
    expect(cosine[0]?.[1]).toBe(-1);
    expect(flags).toMatchObject([{ code: 'same-direction', a: 0, b: 1 }]);
    expect(flags[0]?.message).toContain('with opposite signs');
  });

  test('what is not finite has no cosine there, and what is zero none at all', async () => {
    const subjects = ['east', 'broken', 'base'];
    const { cosine, norms, codes } = await similarity({ subjects, base: 'base' }, folder.path);
    expect(cosine).toEqual([
      [1, null, null],
      [null, null, null],
      [null, null, null],
    ]);
    expect(norms).toEqual([1, null, 0]);
    expect(codes).toEqual(expect.arrayContaining(['not-finite', 'zero-direction']));
  });

  test('a control that lies elsewhere leaves the null of random directions, and is said to', async () => {
    adapterFolder(
      at('nothing'),
      { 'layers.0.k_proj.lora_A.weight': matrix(1, 2, 1), 'layers.0.k_proj.lora_B.weight': matrix(2, 1, 1) },
      { r: 1 },
    );
    checkpointFolder(at('wider'), { [key]: matrix(2, 2, 0), 'layers.0.k_proj.weight': matrix(2, 2, 0) });
    for (const [name, first] of [
      ['one', [1, 0, 0, 0]],
      ['two', [1, 1, 0, 0]],
    ] as const)
      adapterFolder(
        at(name),
        {
          'layers.0.q_proj.lora_A.weight': matrix(1, 2, 1),
          'layers.0.q_proj.lora_B.weight': matrix(2, 1, ...first.slice(0, 2)),
        },
        { r: 1 },
      );
    const alone = await similarity({ subjects: ['one', 'two'], base: 'wider' }, folder.path);
    const { z, codes } = await similarity(
      { subjects: ['one', 'two'], controls: ['nothing'], base: 'wider' },
      folder.path,
    );
    expect(z).toEqual(alone.z);
    expect(codes).toEqual(['unrelated-control', 'few-controls']);
  });

  test('directions on different tensors say so', async () => {
    cpSync(join(fixtures, 'factors-2'), at('factors-2'), { recursive: true });
    const { flags } = await similarity({ subjects: ['factors-1', at('factors-2')], base: 'base' }, fixtures);
    expect(flags).toMatchObject([{ code: 'different-tensors' }]);
    expect(flags[0]?.message).toContain('moves 4 tensors and factors-2 2, of which 2 are the same');
  });

  describe('initial factors', () => {
    const draw = randomNumbers(6);
    const numbers = (count: number) => Array.from({ length: count }, draw);
    const rows = (count: number) => Array.from({ length: count }, () => numbers(wide));
    const wide = 40;
    const start = rows(4);

    /** An adapter with these rows of A on a wide tensor. */
    function started(name: string, A: readonly (readonly number[])[]): string {
      const left = { shape: [wide, A.length], values: numbers(wide * A.length) };
      const right = { shape: [A.length, wide], values: A.flat() };
      const factors = { 'layers.0.wide.lora_A.weight': right, 'layers.0.wide.lora_B.weight': left };
      adapterFolder(at(name), factors, { r: A.length });
      return name;
    }

    beforeAll(() => {
      checkpointFolder(at('wide'), { 'layers.0.wide.weight': matrix(wide, wide, 0) });
      started('first', start);
    });

    test.each([
      ['frozen', start],
      ['trained on', start.map((row) => row.map((value) => value + draw()))],
      ['below another factor, as directions are stored', [...rows(6), ...start]],
      ['between others', [...rows(4), ...start, ...rows(3)]],
      ['of a higher rank, the first of which are the same', [...start, ...rows(2)]],
    ])('are known where they are %s', async (name, A) => {
      expect(await codesOf('first', started(name, A))).toEqual(['shared-initialisation']);
    });

    test.each([
      ['of another seed', rows(4)],
      ['of another seed and rank', rows(17)],
      ['so small that chance alone makes them alike', [start[0]!.map((value) => 0.6 * value + draw())]],
    ])('are told apart where they are %s', async (name, A) => {
      expect(await codesOf('first', started(name, A))).toEqual([]);
    });
  });

  test('a checkpoint without a base, and another model, are refused', async () => {
    await expect(similarity({ subjects: ['dense-1'] }, fixtures)).rejects.toMatchObject({
      code: 'base-not-found',
    });
    writeFileSync(at('w.steer.yaml'), JSON.stringify({ base: 'base', positive: 'east', negative: 'base' }));
    const other = join(fixtures, 'base');
    await expect(
      similarity({ subjects: ['w.steer.yaml', 'dense-1'], base: other }, folder.path),
    ).rejects.toThrow();
  });
});
