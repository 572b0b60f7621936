import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { FloatDType } from '#protocol/tensors.ts';
import { emptyCounts, scanRows } from '../../../server/check/values/scan.ts';
import { readValues } from '../../../server/check/values/readValues.ts';
import { encode } from '../../../server/tensors/encode.ts';
import { decode } from '../../../server/tensors/decode.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = await temporaryFolder();
afterAll(() => folder[Symbol.asyncDispose]());

const dtypes: readonly FloatDType[] = ['BF16', 'F16', 'F32', 'F64'];
const smallest: Readonly<Record<FloatDType, number>> = {
  BF16: 2 ** -126,
  F16: 2 ** -14,
  F32: 2 ** -126,
  F64: 2 ** -1022,
};
const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, Number.NaN, Infinity, 1e-5, 1e-39, 5e-324));

describe.each(dtypes)('the values of %s', (dtype) => {
  test('are counted as their decoded numbers are', () => {
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        (numbers, columns) => {
          const bytes = encode(dtype, numbers);
          const values = [...decode(dtype, bytes)];
          const counts = emptyCounts(columns);
          scanRows(dtype, bytes, 0, counts);
          const rows = Array.from({ length: Math.ceil(values.length / columns) }, (_, at) =>
            values.slice(at * columns, (at + 1) * columns),
          );
          const { alive, hash: _, ...sums } = counts;
          expect(sums).toEqual({
            nan: values.filter(Number.isNaN).length,
            infinite: values.filter((value) => Math.abs(value) === Infinity).length,
            zeros: values.filter((value) => value === 0).length,
            subnormal: values.filter((value) => value !== 0 && Math.abs(value) < smallest[dtype]).length,
            deadRows: rows.filter((row) => row.every((value) => value === 0)).length,
            firstDeadRow: rows.findIndex((row) => row.every((value) => value === 0)),
          });
          expect([...alive]).toEqual(
            Array.from({ length: columns }, (_, at) => Number(rows.some((row) => (row[at] ?? 0) !== 0))),
          );
        },
      ),
    );
  });
});

test('a tensor read in parts is what it is as a whole', async () => {
  const columns = 1500;
  const rows = 2000; // 12 MB: three parts.
  const values = Array.from({ length: rows * columns }, (_, at) =>
    Math.floor(at / columns) === 1999 || at % columns === 7 ? 0 : 1 + (at % 5),
  );
  const path = join(folder.path, 'values.bin');
  writeFileSync(path, encode('F32', values));
  const tensor = {
    name: 'w',
    dtype: 'F32' as const,
    shape: [rows, columns],
    file: path,
    offset: 0,
    bytes: 4 * values.length,
  };
  let read = 0;
  const facts: unknown[] = [];
  const options = { signal: new AbortController().signal, read: (bytes: number) => void (read += bytes) };
  await readValues([tensor], options, (each) => facts.push(each));
  expect(facts).toMatchObject([
    { deadRows: 1, firstDeadRow: 1999, deadColumns: 1, firstDeadColumn: 7, rows, columns },
  ]);
  expect(read).toBe(tensor.bytes);
});

test('reading ends with its signal', async () => {
  const path = join(folder.path, 'zeros.bin');
  writeFileSync(path, new Uint8Array(2 ** 24));
  const tensor = {
    name: 'w',
    dtype: 'F32' as const,
    shape: [4, 2 ** 20],
    file: path,
    offset: 0,
    bytes: 2 ** 24,
  };
  const controller = new AbortController();
  const options = { signal: controller.signal, read: () => controller.abort(new Error('enough')) };
  await expect(readValues([tensor], options, () => {})).rejects.toThrow('enough');
});
