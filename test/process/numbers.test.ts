import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type {
  AnalyzeResult,
  CompareResult,
  ContrastResult,
  RoundingReport,
  TensorAnalysis,
  TensorDifference,
} from '#protocol/results.ts';
import { parseJson, readJson } from '../support/json.ts';
import { readModel } from '../support/readTensors.ts';
import { root, steer } from '../support/steer.ts';
import { fixtures, steeredCases } from '../support/steeredCases.ts';
import { model, type RecipeData, saveRecipe, write } from '../support/writeRecipe.ts';

const { folder } = steeredCases();
const media = join(root, 'media/demo');

interface Reports {
  readonly demo: {
    readonly norm: number;
    readonly tensors: readonly TensorAnalysis[];
    readonly writes: readonly {
      readonly target: string;
      readonly strength: number;
      readonly rounding: RoundingReport;
    }[];
  };
  readonly converted: {
    readonly norm: number;
    readonly inputs: Readonly<Record<string, number>>;
    readonly compare: TensorDifference;
    readonly writes: readonly { readonly strength: number; readonly rounding: RoundingReport }[];
  };
  /** A recipe with models relative to the demo family, and the bytes of what it writes, by tensor. */
  readonly combined: {
    readonly recipe: RecipeData & { readonly directions: readonly RecipeData[] };
    readonly sha256: Readonly<Record<string, string>>;
  };
}

/** What `reference.py` found. */
const { demo, converted, combined } = readJson<Reports>(join(fixtures, 'reports.json'));

describe('the demo family, against numpy', () => {
  test.each(demo.writes)('rounding of $target at $strength', async ({ target, strength, rounding }) => {
    const on = target === 'base' ? {} : { target: { model: 'base', adapter: join(media, 'task') } };
    const recipe = demoRecipe(`write${target}${strength}`, {
      ...on,
      strength,
      output: { format: 'checkpoint' },
    });
    expect(pick(roundingOf(await write(recipe)), rounding)).toEqual(nearly(rounding));
  });

  test('the norm that contrast reports', async () => {
    const recipe = demoRecipe('contrast', {});
    const result = await run<ContrastResult>('contrast', recipe, '-o', join(folder, 'w'));
    expect(result.norm).toSatisfy(isNear(demo.norm));
    expect(result).toMatchObject({ inputs: null, tensors: { lowRank: demo.tensors.length, dense: 0 } });
  });

  describe('analyze', () => {
    let result: AnalyzeResult;
    beforeAll(async () => {
      result = await run<AnalyzeResult>('analyze', demoRecipe('analyze', {}));
    });

    test('the whole', () => {
      expect(result.norm).toSatisfy(isNear(demo.norm));
      expect(result.layers).toBe(4);
      expect(result.tensors.map(({ name }) => name)).toEqual(demo.tensors.map(({ name }) => name));
    });

    test.each(demo.tensors)('$name', (due) => {
      const found = result.tensors.find(({ name }) => name === due.name)!;
      const { singularValues, ...numbers } = due;
      expect(pick(found, numbers)).toEqual(nearly(numbers));
      // Small singular values are known as well as the largest one.
      const [largest = NaN] = singularValues!;
      expect(found.singularValues).toHaveLength(singularValues!.length);
      const off = singularValues!.map((value, i) => Math.abs(value - found.singularValues![i]!) / largest);
      expect(Math.max(...off)).toBeLessThan(1e-9);
    });
  });
});

test('directions with selections and schedules of their own, on an adapter, come out as numpy has them', async () => {
  const at = join(folder, 'combined');
  const { directions, ...recipe } = combined.recipe;
  const absolute = (side: unknown) => (side === 'base' ? side : model(join(media, String(side))));
  const path = saveRecipe(at, {
    ...recipe,
    base: model(join(media, 'base')),
    target: { model: 'base', adapter: join(media, 'task') },
    directions: directions.map(({ positive, negative, ...more }) => {
      return { ...more, positive: absolute(positive), negative: absolute(negative) };
    }),
    output: { path: join(at, 'out'), format: 'checkpoint' },
  });
  const { outputs } = await write(path);
  const hashes = [...readModel(outputs[0]!.path)].map(([name, { bytes }]) => [
    name,
    createHash('sha256').update(bytes).digest('hex'),
  ]);
  expect(Object.fromEntries(hashes)).toEqual(combined.sha256);
});

describe('three checkpoints, against numpy', () => {
  const models = Object.fromEntries(
    ['base', 'positive', 'negative'].map((role) => [role, model(join(fixtures, 'dense/converted', role))]),
  );

  test.each(converted.writes)('rounding to float16 at $strength', async ({ strength, rounding }) => {
    const at = join(folder, `converted${strength}`);
    const recipe = saveRecipe(at, {
      ...models,
      strength,
      output: { path: join(at, 'out'), dtype: 'float16' },
    });
    expect(pick(roundingOf(await write(recipe)), rounding)).toEqual(nearly(rounding));
  });

  test('what contrast reports', async () => {
    const recipe = saveRecipe(join(folder, 'dense-contrast'), models);
    const { norm, inputs } = await run<ContrastResult>('contrast', recipe, '-o', join(folder, 'dense-w'));
    expect(norm).toSatisfy(isNear(converted.norm));
    expect(inputs).toEqual(nearly(converted.inputs));
  });

  test('what compare reports', async () => {
    const [base, positive] = ['base', 'positive'].map((role) => join(fixtures, 'dense/converted', role));
    const { tensors } = await run<CompareResult>('compare', base!, positive!, '--values');
    expect(tensors).toEqual([{ ...nearly(converted.compare), maxUlps: expect.any(Number) }]);
  });
});

function demoRecipe(name: string, more: RecipeData): string {
  const at = join(folder, name);
  const [base, positive, negative] = ['base', 'honest', 'sycophantic'].map((each) =>
    model(join(media, each)),
  );
  const output = { path: join(at, 'out'), ...more.output };
  return saveRecipe(at, { base, positive, negative, ...more, output });
}

async function run<T>(...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await steer([...args, '--json']);
  expect(code, stdout + stderr).toBe(0);
  return parseJson<T>(stdout);
}

function roundingOf({ outputs }: Awaited<ReturnType<typeof write>>): RoundingReport {
  return outputs[0]!.rounding!;
}

/** The fields that a reference has. */
function pick(found: object, due: object): unknown {
  return Object.fromEntries(Object.entries(found).filter(([key]) => Object.hasOwn(due, key)));
}

/** An asymmetric matcher for each number: within 1e-9 of it, relative. */
function nearly(due: object): object {
  const matchers = Object.entries(due).map(([key, value]): [string, unknown] => {
    if (typeof value !== 'number' || Number.isInteger(value)) return [key, value];
    return [key, expect.toSatisfy(isNear(value), `within 1e-9 of ${value}`)];
  });
  return Object.fromEntries(matchers);
}

function isNear(due: number): (found: unknown) => boolean {
  return (found) => typeof found === 'number' && Math.abs(found - due) <= 1e-9 * Math.abs(due);
}
