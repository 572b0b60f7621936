import { readFileSync } from 'node:fs';
import type { FloatDType } from '#protocol/tensors.ts';
import { describe, expect, test } from 'vitest';
import type { Job, JobTerm, SteerItem } from '../../../server/work/job.ts';
import { createWork, type WorkOptions } from '../../../server/work/work.ts';
import { Files, read } from './files.ts';
import { randomNumbers, roundTo, sumAt, type LowRankTerm, type Sum } from './reference.ts';

const strengths = [-1, 0.3, 0.7, 1.5, 8.2];
const signal = new AbortController().signal;
const ways: readonly (readonly [string, WorkOptions])[] = [
  ['float64 products', { device: 'cpu', cpu: 'F64' }],
  ['float32 products and repair', { device: 'cpu', cpu: 'F32' }],
  ['the kernels alone', { device: 'cpu', cpu: 'kernels' }],
];

describe.each(ways)('by %s', (_, options) => {
  test.each(['BF16', 'F16', 'F32'] as const)(
    '%s: dense, low-rank and fixed terms at five strengths',
    async (dtype) => {
      using files = new Files();
      const shape = { rows: 37, columns: 129 };
      const steering = mixedItem(files, { ...shape, dtype, seed: 1 });
      const { item, expected, outputs } = withPlaces(files, steering, strengths);
      await run(options, { inputs: [files.save()], outputs, items: [item] });
      outputs.forEach((path, n) => expect(same(read(path, dtype), expected[n]!)).toBe(true));
    },
  );

  test.each([
    [1e-5, 'a whisper'],
    [0.05, 'usual'],
    [0.3, 'a third of the weight'],
  ])('rank 64, delta %d of the weight (%s)', async (size) => {
    using files = new Files();
    const steering = lowRankItem(files, { rows: 48, columns: 200, rank: 64, size, dtype: 'BF16' });
    const { item, expected, outputs } = withPlaces(files, steering, strengths);
    await run(options, { inputs: [files.save()], outputs, items: [item] });
    outputs.forEach((path, n) => expect(same(read(path, 'BF16'), expected[n]!)).toBe(true));
  });
});

test('products of every way give the same bytes, float64 output and stochastic rounding included', async () => {
  for (const variant of [
    { dtype: 'F64' },
    { dtype: 'F32' },
    { dtype: 'BF16', stochastic: { seed: 7 } },
  ] as const) {
    using files = new Files();
    const steering = lowRankItem(files, {
      rows: 100,
      columns: 333,
      rank: 16,
      size: 0.1,
      dtype: variant.dtype,
    });
    const input = files.save();
    const bytes: Buffer[] = [];
    for (const [, options] of ways) {
      const { item, outputs } = withPlaces(files, steering, [0.7]);
      await run(options, { inputs: [input], outputs, items: [{ ...item, ...variant }] });
      bytes.push(readFileSync(outputs[0]!));
    }
    expect(bytes[1]!.equals(bytes[0]!) && bytes[2]!.equals(bytes[0]!)).toBe(true);
  }
});

test('terms that cancel after a product had been added to them leave the same bytes', async () => {
  using files = new Files();
  const random = randomNumbers(3);
  const shape = { rows: 500, columns: 500, rank: 32 };
  const values = (count: number) => Array.from({ length: count }, () => roundTo('F32', random() / 16));
  const { term } = lowRank(
    files,
    { ...shape, scale: 1, left: values(500 * 32), right: values(32 * 500) },
    'F32',
    false,
  );
  const huge = Array(500 * 500).fill(2 ** 36);
  const operand = files.add('F32', huge);
  const moving: JobTerm[] = [
    term,
    { kind: 'dense', scale: 1, operand },
    { kind: 'dense', scale: -1, operand },
  ];
  const input = files.save();
  const written: Buffer[] = [];
  for (const [, options] of ways) {
    const output = files.output(500 * 500 * 2);
    const places = [{ file: 0, offset: 0, strength: 1 }];
    const { rows, columns } = shape;
    const item: SteerItem = {
      kind: 'steer',
      name: 'w',
      rows,
      columns,
      fixed: [],
      moving,
      dtype: 'BF16',
      places,
    };
    await run(options, { inputs: [input], outputs: [output], items: [item] });
    written.push(readFileSync(output));
  }
  expect(written.map((bytes) => bytes.equals(written[0]!))).toEqual([true, true, true]);
});

test('without a source the sum itself is written, and zeros where there are no terms', async () => {
  using files = new Files();
  const values = [1, -2, 0.5, 3];
  const dense: JobTerm = { kind: 'dense', scale: 2, operand: files.add('F16', values) };
  const plain = { kind: 'steer', name: 'w', rows: 2, columns: 2, fixed: [], dtype: 'F32' } as const;
  const outputs = [files.output(16), files.output(16)];
  const items: SteerItem[] = [
    { ...plain, moving: [dense], places: [{ file: 0, offset: 0, strength: 0.5 }] },
    { ...plain, moving: [], places: [{ file: 1, offset: 0, strength: 3 }] },
  ];
  await run(cpu, { inputs: [files.save()], outputs, items });
  expect(outputs.map((path) => read(path, 'F32'))).toEqual([values, [0, 0, 0, 0]]);
});

test('strength 0 writes the very bytes of the source, negative zeros and NaN payloads included', async () => {
  using files = new Files();
  const bits = [0x8000, 0x7fc1, 0xffa0, 0x0001, 0x3f80];
  const bytes = new Uint8Array(Uint16Array.from(bits).buffer);
  const source = files.raw('BF16', bytes);
  const moving: JobTerm[] = [{ kind: 'dense', scale: 1, operand: files.add('BF16', [1, 2, 3, 4, 5]) }];
  const output = files.output(10);
  const places = [{ file: 0, offset: 0, strength: 0 }];
  const item: SteerItem = {
    kind: 'steer',
    name: 'w',
    rows: 1,
    columns: 5,
    source,
    fixed: [],
    moving,
    dtype: 'BF16',
    places,
  };
  await run(cpu, { inputs: [files.save()], outputs: [output], items: [item] });
  expect(new Uint8Array(readFileSync(output))).toEqual(bytes);
});

test('factors whose product overflows float32 are multiplied exactly', async () => {
  using files = new Files();
  const left = files.factor('F32', [1e30, 1e30], [2, 1], false);
  const right = files.factor('F32', [1e30, -1e-38, 3e38], [1, 3], false);
  const moving: JobTerm[] = [{ kind: 'low-rank', scale: 1e-35, rank: 1, left, right }];
  const output = files.output(12);
  const places = [{ file: 0, offset: 0, strength: 1 }];
  const item: SteerItem = {
    kind: 'steer',
    name: 'w',
    rows: 2,
    columns: 3,
    fixed: [],
    moving,
    dtype: 'BF16',
    places,
  };
  await run({ device: 'cpu', cpu: 'F32' }, { inputs: [files.save()], outputs: [output], items: [item] });
  const row = [1e30, -1e-38, 3e38].map((x) => roundTo('BF16', 1e-35 * (Math.fround(1e30) * Math.fround(x))));
  expect(read(output, 'BF16')).toEqual([...row, ...row]);
});

test('a measurement counts and adds up without writing', async () => {
  using files = new Files();
  const source = files.add('F32', [3, 0, 4, Number.NaN]);
  const moving: JobTerm[] = [
    { kind: 'dense', scale: 1, operand: files.add('F32', [1, 5, 0, 1]) },
    { kind: 'dense', scale: -1, operand: files.add('F32', [0, 5, 2, 1]) },
  ];
  const item: SteerItem = {
    kind: 'steer',
    name: 'w',
    rows: 1,
    columns: 4,
    source,
    fixed: [],
    moving,
    dtype: 'F32',
    places: [],
  };
  const statistics = await run(cpu, { inputs: [files.save()], outputs: [], items: [item] });
  expect(statistics.get(0)).toEqual({
    elements: 4,
    movingSquares: 5,
    sourceSquares: 25,
    product: 3 - 8,
    maxAbs: 2,
    changed: 2,
    notFinite: 1,
    places: [],
  });
});

test.each([
  ['BF16', 'BF16'],
  ['BF16', 'F32'],
] as const)(
  'a write counts what is not finite once, whatever the strengths (%s to %s)',
  async (from, dtype) => {
    using files = new Files();
    const source = files.add(from, [1, Number.NaN, 3, 4, Infinity]);
    const moving = [1, -1].map((scale): JobTerm => {
      const operand = files.add(from, scale === 1 ? [1, 1, 1, Number.NaN, 1] : [0, 0, -Infinity, 1, 1]);
      return { kind: 'dense', scale, operand };
    });
    const outputs = [1, 0, -2].map(() => files.output(20));
    const places = [1, 0, -2].map((strength, file) => ({ file, offset: 0, strength }));
    const item: SteerItem = {
      kind: 'steer',
      name: 'w',
      rows: 1,
      columns: 5,
      source,
      fixed: [],
      moving,
      dtype,
      places,
    };
    const statistics = await run(cpu, { inputs: [files.save()], outputs, items: [item] });
    expect(statistics.get(0)?.notFinite).toBe(4);
  },
);

test('the difference of two tensors is the same bytes in one pass as by terms, at every strength', async () => {
  using files = new Files();
  const random = randomNumbers(11);
  const shape = { rows: 67, columns: 1001 };
  const values = () => Array.from({ length: 67 * 1001 }, () => roundTo('BF16', 0.1 * random()));
  const [source, positive, negative] = [values(), values(), values()];
  const operands = [source, positive, negative].map((each) => files.add('BF16', each));
  const dense = (n: number, scale: number): JobTerm => ({ kind: 'dense', scale, operand: operands[n]! });
  const item = {
    kind: 'steer',
    name: 'w',
    ...shape,
    source: operands[0]!,
    dtype: 'BF16',
    fixed: [],
  } as const;
  const outputs = [0, 1].flatMap(() => strengths.map(() => files.output(2 * source.length)));
  const places = (first: number) =>
    strengths.map((strength, n) => ({ file: first + n, offset: 0, strength }));
  const zero = files.factor('F32', Array(67).fill(0), [67, 1], false);
  const nothing = files.factor('F32', Array(1001).fill(0), [1, 1001], false);
  const empty: JobTerm = { kind: 'low-rank', scale: 1, rank: 1, left: zero, right: nothing };
  const items: SteerItem[] = [
    { ...item, moving: [dense(1, 1), dense(2, -1)], places: places(0) },
    { ...item, moving: [dense(1, 1), dense(2, -1), empty], places: places(strengths.length) },
  ];
  const statistics = await run(cpu, { inputs: [files.save()], outputs, items });
  strengths.forEach((strength, n) => {
    const expected = source.map((value, e) =>
      roundTo('BF16', value + strength * (positive[e]! - negative[e]!)),
    );
    const written = [outputs[n]!, outputs[strengths.length + n]!].map((path) => read(path, 'BF16'));
    expect(written.map((each) => same(each, expected))).toEqual([true, true]);
    const [one, other] = [0, 1].map((index) => statistics.get(index)!.places[n]!);
    expect(one!.requestedSquares / other!.requestedSquares).toBeCloseTo(1, 5);
    expect(one!.realisedSquares / other!.realisedSquares).toBeCloseTo(1, 5);
    expect(one!.product / other!.product).toBeCloseTo(1, 5);
    expect([one!.requested, one!.unmoved, one!.overflowed]).toEqual([other!.requested, other!.unmoved, 0]);
  });
});

test('survival compares two operands bit by bit', async () => {
  using files = new Files();
  const before = files.add('BF16', [1, 2, 3, 4]);
  const after = files.add('BF16', [1, 2 + 2 ** -6, 3.5, 4]);
  const item: SteerItem = {
    kind: 'steer',
    name: 'w',
    rows: 2,
    columns: 2,
    fixed: [],
    moving: [],
    dtype: 'F32',
    places: [],
    survival: [before, after],
  };
  const statistics = await run(cpu, { inputs: [files.save()], outputs: [], items: [item] });
  expect(statistics.get(0)?.survival).toEqual({ identical: 2, withinOneUlp: 3, mostUlps: 32 });
});

test('the rounding of a write is told: requested, realised, unmoved', async () => {
  using files = new Files();
  const source = files.add('BF16', [1, 1, 0]);
  const moving: JobTerm[] = [{ kind: 'dense', scale: 1, operand: files.add('F32', [2 ** -20, 0.5, 0]) }];
  const places = [{ file: 0, offset: 0, strength: 1 }];
  const item: SteerItem = {
    kind: 'steer',
    name: 'w',
    rows: 1,
    columns: 3,
    source,
    fixed: [],
    moving,
    dtype: 'BF16',
    places,
  };
  const statistics = await run(cpu, { inputs: [files.save()], outputs: [files.output(6)], items: [item] });
  expect(statistics.get(0)?.places).toEqual([
    {
      requestedSquares: 0.25 + 2 ** -40,
      realisedSquares: 0.25,
      product: 0.25,
      requested: 2,
      unmoved: 1,
      overflowed: 0,
    },
  ]);
});

const cpu: WorkOptions = { device: 'cpu' };

async function run(options: WorkOptions, job: Job) {
  await using work = await createWork({ ...options, threads: 0 });
  return await work.run(job, { signal });
}

interface Steering {
  readonly item: Omit<SteerItem, 'places' | 'dtype'> & { readonly dtype: FloatDType };
  readonly source: readonly number[];
  readonly fixed: Sum;
  readonly moving: Sum;
}

function withPlaces(files: Files, { item, source, fixed, moving }: Steering, strengths: readonly number[]) {
  const width = { F64: 8, F32: 4, F16: 2, BF16: 2 }[item.dtype];
  const expected = strengths.map((strength) =>
    source.map((base, index) => {
      const value = base + sumAt(fixed, index, item.columns) + strength * sumAt(moving, index, item.columns);
      return roundTo(item.dtype, value);
    }),
  );
  const outputs = strengths.map(() => files.output(5 + source.length * width));
  const places = strengths.map((strength, file) => ({ file, offset: 0, strength }));
  return { item: { ...item, places }, expected, outputs };
}

interface Sizes {
  readonly rows: number;
  readonly columns: number;
  readonly dtype: FloatDType;
}

/** Two dense and two low-rank moving terms of all dtypes and orientations, and one fixed term of each kind. */
function mixedItem(
  files: Files,
  { rows, columns, dtype, seed }: Sizes & { readonly seed: number },
): Steering {
  const random = randomNumbers(seed);
  const numbers = (type: FloatDType, count: number, size: number) =>
    Array.from({ length: count }, () => roundTo(type, size * random()));
  const source = numbers('BF16', rows * columns, 1);
  const denseTerm = (type: FloatDType, scale: number) => {
    const values = numbers(type, rows * columns, 0.1);
    const term: JobTerm = { kind: 'dense', scale, operand: files.add(type, values) };
    return { term, reference: { scale, values } };
  };
  const lowRankTerm = (type: FloatDType, scale: number, rank: number, transposed: boolean) =>
    lowRank(
      files,
      {
        rows,
        columns,
        rank,
        scale,
        left: numbers(type, rows * rank, 0.2),
        right: numbers(type, rank * columns, 0.2),
      },
      type,
      transposed,
    );
  const fixed = { dense: denseTerm('F32', 0.5), lowRank: lowRankTerm('F16', 2, 3, false) };
  const moving = {
    dense: [denseTerm('BF16', 1), denseTerm('F16', -1)],
    lowRank: [lowRankTerm('BF16', 0.7, 8, true), lowRankTerm('F32', -1.3, 5, false)],
  };
  return {
    item: {
      kind: 'steer',
      name: 'w',
      rows,
      columns,
      dtype,
      source: files.add('BF16', source),
      fixed: [fixed.dense.term, fixed.lowRank.term],
      moving: [moving.lowRank[0]!.term, ...moving.dense.map(({ term }) => term), moving.lowRank[1]!.term],
    },
    source,
    fixed: { dense: [fixed.dense.reference], lowRank: [fixed.lowRank.reference] },
    moving: {
      dense: moving.dense.map(({ reference }) => reference),
      lowRank: moving.lowRank.map(({ reference }) => reference),
    },
  };
}

function lowRankItem(
  files: Files,
  { rows, columns, rank, size, dtype }: Sizes & { readonly rank: number; readonly size: number },
): Steering {
  const random = randomNumbers(rank);
  const source = Array.from({ length: rows * columns }, () => roundTo('BF16', random()));
  const each = Math.sqrt(size / Math.sqrt(rank));
  const numbers = (count: number) =>
    Array.from({ length: count }, () => roundTo('BF16', 1.7 * each * random()));
  const { term, reference } = lowRank(
    files,
    { rows, columns, rank, scale: 1, left: numbers(rows * rank), right: numbers(rank * columns) },
    'BF16',
    false,
  );
  return {
    item: {
      kind: 'steer',
      name: 'w',
      rows,
      columns,
      dtype,
      source: files.add('BF16', source),
      fixed: [],
      moving: [term],
    },
    source,
    fixed: {},
    moving: { lowRank: [reference] },
  };
}

function lowRank(
  files: Files,
  reference: LowRankTerm & { readonly rows: number; readonly columns: number },
  type: FloatDType,
  transposed: boolean,
) {
  const { rows, columns, rank, scale } = reference;
  const term: JobTerm = {
    kind: 'low-rank',
    scale,
    rank,
    left: files.factor(type, reference.left, [rows, rank], transposed),
    right: files.factor(type, reference.right, [rank, columns], transposed),
  };
  return { term, reference };
}

/** Whether written values begin as expected, and the bytes behind them are untouched. */
function same(written: readonly number[], expected: readonly number[]): boolean {
  return expected.every((value, index) => Object.is(written[index], value));
}
