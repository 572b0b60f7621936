import { expect, test } from 'vitest';
import type { RescaledOperand, SteerItem } from '../../../server/work/job.ts';
import { createWork } from '../../../server/work/work.ts';
import { Files, read } from './files.ts';
import { randomNumbers, roundTo } from './reference.ts';

const signal = new AbortController().signal;
const [rows, columns, rank] = [260, 4200, 3]; // More than one unit, of whole rows.

test.each(['rows', 'columns'] as const)(
  'V is brought to the lengths of its %s over several units, on threads or none',
  async (along) => {
    const { expected, written } = await rescale(along, randomNumbers(5));
    expect(written).toHaveLength(expected.length);
    const wrong = expected.filter(
      (value, at) => Math.abs(written[at]! - value) > 1e-13 * Math.abs(value) + 1e-15,
    );
    expect(wrong).toHaveLength(0);
  },
);

test('a value that is not finite is so in all of its row, and counted', async () => {
  const { written, statistics } = await rescale('rows', randomNumbers(7), (values) => (values[5] = Infinity));
  expect(written.slice(0, columns).every(Number.isNaN)).toBe(true);
  expect(written.slice(columns).every(Number.isFinite)).toBe(true);
  expect(statistics?.notFinite).toBe(columns);
});

async function rescale(
  along: 'rows' | 'columns',
  random: () => number,
  spoil: (values: number[]) => void = () => {},
) {
  using files = new Files();
  const values = (count: number) => Array.from({ length: count }, () => roundTo('F32', random()));
  const [base, left, right] = [values(rows * columns), values(rows * rank), values(rank * columns)];
  spoil(base);
  const lengths = values(along === 'rows' ? rows : columns);
  const term: RescaledOperand = {
    kind: 'rescaled',
    scale: -2,
    base: { kind: 'dense', scale: 1, operand: files.add('F32', base) },
    change: {
      kind: 'low-rank',
      scale: 0.5,
      rank,
      left: files.factor('F32', left, [rows, rank], false),
      right: files.factor('F32', right, [rank, columns], true),
    },
    lengths: files.add('F32', lengths),
    along,
  };
  const output = files.output(rows * columns * 8);
  const places = [{ file: 0, offset: 0, strength: 1 }];
  const item: SteerItem = {
    kind: 'steer',
    name: 'w',
    rows,
    columns,
    fixed: [],
    moving: [term],
    dtype: 'F64',
    places,
  };
  await using work = await createWork({ device: 'cpu' });
  const results = await work.run({ inputs: [files.save()], outputs: [output], items: [item] }, { signal });
  const sums = base.map((value, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let product = 0;
    for (let k = 0; k < rank; k++) product += left[row * rank + k]! * right[k * columns + column]!;
    return value + 0.5 * product;
  });
  const lineOf = (at: number) => (along === 'rows' ? Math.floor(at / columns) : at % columns);
  const squares = new Float64Array(lengths.length);
  sums.forEach((value, at) => (squares[lineOf(at)]! += value ** 2));
  const expected = sums.map(
    (value, at) => (-2 * lengths[lineOf(at)]! * value) / Math.sqrt(squares[lineOf(at)]!),
  );
  return { expected, written: read(output, 'F64'), statistics: results.get(0) };
}
