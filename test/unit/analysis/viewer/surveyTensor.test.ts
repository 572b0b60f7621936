import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SurveyProgress } from '#protocol/requests.ts';
import type { DType } from '#protocol/tensors.ts';
import type { TensorStatistics, ValueStatistics } from '#protocol/tensorView.ts';
import { openFile } from '../../../../server/bytes/fileSource.ts';
import { surveyTensor } from '../../../../server/analysis/viewer/surveyTensor.ts';
import { readSingleArchive } from '../../../../server/tensors/archive.ts';
import { decode, isDecodable } from '../../../../server/tensors/decode.ts';
import type { StoredTensor } from '../../../../server/tensors/storedTensor.ts';
import type { Work } from '../../../../server/work/job.ts';
import { createWork } from '../../../../server/work/work.ts';
import { readJson } from '../../../support/json.ts';
import { root } from '../../../support/steer.ts';

/** What numpy says in float64; `test/fixtures/statistics/generate.py` wrote it. */
type Reference = Pick<
  ValueStatistics,
  | 'finite'
  | 'nan'
  | 'positiveInfinite'
  | 'negativeInfinite'
  | 'zeros'
  | 'negativeZeros'
  | 'subnormal'
  | 'min'
  | 'max'
  | 'mean'
  | 'standardDeviation'
  | 'norm'
> & {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly quantiles: readonly (number | null)[];
  readonly magnitudes: {
    readonly first: number;
    readonly negative: number[];
    readonly positive: number[];
  } | null;
  readonly rows: readonly (number | null)[] | null;
  readonly columns: readonly (number | null)[] | null;
};

const fixtures = join(root, 'test/fixtures/statistics');
const references = readJson<Record<string, Reference>>(join(fixtures, 'reference.json'));
const { tensors } = await readSingleArchive(join(fixtures, 'values.safetensors'));
const folder = mkdtempSync(join(tmpdir(), 'survey-'));
const { signal } = new AbortController();
let work: Work;

beforeAll(async () => {
  work = await createWork({ device: 'cpu', threads: 0 });
});

afterAll(async () => {
  await work[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function survey(tensor: StoredTensor): Promise<TensorStatistics> {
  return surveyTensor(tensor, { work, signal });
}

const known = Object.entries(references).filter(([, { dtype }]) => isDecodable(dtype));

describe.each(known)('%s', (name, reference) => {
  const tensor = tensors.get(name)!;

  test('is counted and measured as numpy does', async () => {
    const { values, elements, byteCounts } = await survey(tensor);
    const { quantiles, rows, columns, mean, standardDeviation, norm } = reference;
    expect(elements).toBe(reference.shape.reduce((product, size) => product * size, 1));
    expect(byteCounts).toBeNull();
    expect(values).toMatchObject(countsOf(reference));
    const scale = Math.max(Math.abs(reference.min ?? 0), Math.abs(reference.max ?? 0));
    isNear(values!.mean, mean, 1e-14 * scale);
    isNear(values!.standardDeviation, standardDeviation, 1e-12 * (standardDeviation ?? 0) + 1e-300);
    isNear(values!.norm, norm, 1e-13 * (norm ?? 0) + 1e-300);
    const isNarrow = !/64|32/.test(reference.dtype);
    expect(values!.resolution).toBe(isNarrow ? 0 : 2 ** -8);
    for (const [index, expected] of quantiles.entries()) {
      const slack = isNarrow ? 1e-15 * scale : quantileSlack(tensor, expected ?? 0);
      isNear(nullable(values!.quantiles[index]), expected, slack);
    }
    expectNorms(values!.rows?.norms, rows);
    expectNorms(values!.columns?.norms, columns);
  });

  test('has histograms that lose nothing', async () => {
    const { values } = await survey(tensor);
    const { whole, central, finite, magnitudes, zeros, min } = values!;
    for (const histogram of [whole, central]) {
      if (histogram === null) continue;
      const inside = histogram.counts.reduce((sum, count) => sum + count, 0);
      expect(inside + histogram.below + histogram.above).toBe(finite);
      expect(histogram.counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    }
    expect(whole === null).toBe(min === null);
    const counted = [...(magnitudes?.negative ?? []), ...(magnitudes?.positive ?? [])];
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(finite - zeros);
    // Of float32 and float64, what is below the normal numbers of float32 stands in the lowest bin.
    if (/64|32/.test(reference.dtype) && reference.subnormal > 0) return;
    expect(
      magnitudes && {
        first: magnitudes.first,
        negative: [...magnitudes.negative],
        positive: [...magnitudes.positive],
      },
    ).toEqual(reference.magnitudes);
  });
});

test('exact histograms count each value in its own bin', async () => {
  const { values } = await survey(tensors.get('BF16 matrix')!);
  const { from, to, counts } = values!.whole!;
  const all = await valuesOf(tensors.get('BF16 matrix')!);
  const expected = new Float64Array(counts.length);
  for (const value of all) {
    const bin = Math.min(counts.length - 1, Math.floor(((value - from) * counts.length) / (to - from)));
    expected[bin]! += 1;
  }
  expect(counts).toEqual(expected);
});

test('norms of rows and columns are drawn together beyond 2,048 of them', async () => {
  const tensor = written('BF16', 5000 * 3, [5000, 3]);
  const { rows, columns } = (await survey(tensor)).values!;
  expect(rows).toMatchObject({ count: 5000, perBin: 3, norms: { length: 1667 } });
  expect(columns).toMatchObject({ count: 3, perBin: 1, norms: { length: 3 } });
  const all = await valuesOf(tensor);
  const norms = Array.from({ length: 3 }, (_, row) => Math.hypot(...all.slice(3 * row, 3 * row + 3)));
  expect(rows!.largest[0]).toBeCloseTo(Math.max(...norms), 12);
  expect(rows!.norms[0]).toBeCloseTo(Math.hypot(...norms) / Math.sqrt(3), 12);
});

test('a vector, and a matrix with more columns than are measured, has no norms of rows and columns', async () => {
  expect((await survey(written('U8', 2 ** 18 + 1, [2 ** 18 + 1]))).values).toMatchObject({ rows: null });
  expect((await survey(written('U8', 2 ** 18 + 1, [1, 2 ** 18 + 1]))).values).toMatchObject({ rows: null });
  expect((await survey(written('U8', 2 ** 18, [1, 2 ** 18]))).values?.rows?.count).toBe(1);
});

test.each([
  ['F4', 8, [16]],
  ['C64', 16, [2]],
] as const)('%s has its bytes counted', async (dtype, bytes, shape) => {
  const path = join(folder, dtype);
  writeFileSync(
    path,
    Uint8Array.from({ length: bytes }, () => 7),
  );
  const result = await survey({ name: 'x', dtype, shape, file: path, offset: 0, bytes });
  expect(result).toMatchObject({ values: null, elements: shape[0], unknown: expect.stringContaining(dtype) });
  expect(result.byteCounts![7]).toBe(bytes);
});

test('arrays are exact: nothing else crosses a process boundary with them', async () => {
  const arrays: Float64Array[] = [];
  const collect = (value: unknown): void => {
    if (value instanceof Float64Array) arrays.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  collect(await survey(tensors.get('F32 matrix')!));
  expect(arrays.length).toBe(9);
  expect(arrays.filter(({ buffer, byteLength }) => buffer.byteLength !== byteLength)).toEqual([]);
});

test('what was read so far is told on the way, and comes to the whole', async () => {
  const tensor = written('BF16', 2 ** 23, [2 ** 12, 2 ** 11]);
  const told: SurveyProgress[] = [];
  const result = await surveyTensor(tensor, { work, signal, report: (each) => told.push(each), pause: 0 });
  const parts = told.flatMap(({ soFar }) => soFar ?? []);
  expect(parts.length).toBeGreaterThan(0);
  for (const part of parts) {
    expect(part).toMatchObject({ rows: null, columns: null });
    expect(part.finite).toBeLessThanOrEqual(result.elements);
    expect(part.min).toBeGreaterThanOrEqual(result.values!.min!);
  }
  // Units are added up in their order: the last telling has all of them.
  expect(parts.at(-1)).toEqual({ ...result.values, rows: null, columns: null });
});

test('a matrix that is stored column by column has the norms of its own rows', async () => {
  const stored = written('BF16', 5 * 3, [5, 3]);
  const own = (await survey({ ...stored, shape: [3, 5], layout: { kind: 'turned' } })).values!;
  const { values } = await survey(stored);
  expect(own).toEqual({ ...values, rows: values!.columns, columns: values!.rows });
  expect(own.rows?.count).toBe(3);
});

test('a cancelled survey is no result', async () => {
  const tensor = written('BF16', 2 ** 20, [2 ** 20]);
  const controller = new AbortController();
  controller.abort();
  await expect(surveyTensor(tensor, { work, signal: controller.signal })).rejects.toThrow(/abort/i);
});

/** Pseudorandom values in a file of their own; BF16 ones are near 0. */
function written(dtype: 'BF16' | 'U8', count: number, shape: readonly number[]): StoredTensor {
  const path = join(folder, `${dtype}-${shape.join('-')}`);
  let state = 1;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  const length = Math.min(count, 65_537);
  const arrays = {
    U8: () => Uint8Array.from({ length }, () => next() >>> 24),
    BF16: () => Uint16Array.from({ length }, () => 0x3c00 + (next() >>> 22) + (next() & 0x8000)),
  };
  const block = Buffer.from(arrays[dtype]().buffer);
  const bytes = (block.length / length) * count;
  writeFileSync(path, Buffer.alloc(bytes, block));
  return { name: 'x', dtype, shape, file: path, offset: 0, bytes };
}

async function valuesOf({ dtype, file, offset, bytes }: StoredTensor): Promise<Float64Array> {
  if (!isDecodable(dtype)) throw new Error(dtype);
  await using source = await openFile(file);
  return decode(dtype, await source.read(offset, bytes));
}

/** What has to be the same to the last digit. */
function countsOf({
  finite,
  nan,
  positiveInfinite,
  negativeInfinite,
  zeros,
  negativeZeros,
  subnormal,
  min,
  max,
}: Reference) {
  return { finite, nan, positiveInfinite, negativeInfinite, zeros, negativeZeros, subnormal, min, max };
}

function nullable(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function isNear(found: number | null, expected: number | null, slack: number): void {
  if (found === null || expected === null) return expect(found).toBe(expected);
  expect(Math.abs(found - expected), `${found} is not ${expected}`).toBeLessThanOrEqual(slack);
}

/**
 * Interpolated between two values that each are off by 2⁻⁸ of themselves; between far neighbours of a small tensor one of them
 * may be much larger than the quantile, so the whole gap is what they can be off by.
 */
function quantileSlack(tensor: StoredTensor, expected: number): number {
  const isInteger = !tensor.dtype.startsWith('F');
  return 2 ** -8 * Math.abs(expected) * (1 + 1e-9) + (isInteger ? 2 ** 50 * 2 ** -8 : 0.02);
}

function expectNorms(found: Float64Array | undefined, expected: readonly (number | null)[] | null): void {
  expect(found === undefined).toBe(expected === null);
  for (const [index, norm] of (expected ?? []).entries())
    isNear(finite(found![index]!), norm, 1e-12 * (norm ?? 0));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
