import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { Scan, type ScannedDType, takeRoom } from '../../../server/check/values/scan.ts';
import { readValues } from '../../../server/check/values/readValues.ts';
import { encode } from '../../../server/tensors/encode.ts';
import { decode } from '../../../server/tensors/decode.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = await temporaryFolder();
afterAll(() => folder[Symbol.asyncDispose]());

const dtypes: readonly ScannedDType[] = ['BF16', 'F16', 'F32', 'F64', 'F8_E4M3', 'F8_E5M2'];
const widths = { BF16: 2, F16: 2, F32: 4, F64: 8, F8_E4M3: 1, F8_E5M2: 1 };
const smallest: Readonly<Record<ScannedDType, number>> = {
  BF16: 2 ** -126,
  F16: 2 ** -14,
  F32: 2 ** -126,
  F64: 2 ** -1022,
  F8_E4M3: 2 ** -6,
  F8_E5M2: 2 ** -14,
};
const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, Number.NaN, Infinity, 1e-5, 1e-39, 5e-324));
const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 0x80, 0x7f, 0x7e, 0x7c, 4, 8));

/** Bytes of values: of 8 bits any patterns, of more numbers of all kinds. */
function bytesOf(dtype: ScannedDType): fc.Arbitrary<Uint8Array> {
  const lengths = { minLength: 1, maxLength: 300 };
  if (dtype === 'F8_E4M3' || dtype === 'F8_E5M2')
    return fc.array(byte, lengths).map((bytes) => Uint8Array.from(bytes));
  return fc.array(number, lengths).map((numbers) => encode(dtype, numbers));
}

/** In two parts, the first of which has `rows` rows. */
function scanned(dtype: ScannedDType, bytes: Uint8Array, columns: number, rows: number) {
  using room = takeRoom();
  const scan = new Scan(room, dtype, columns);
  const all = Math.floor(bytes.length / scan.rowBytes);
  const cuts = [0, Math.min(rows, all), all].map((row) => row * scan.rowBytes);
  const parts = [...cuts, bytes.length].map((end, at) => bytes.subarray(cuts[at - 1] ?? 0, end));
  for (const [at, part] of parts.entries()) {
    const there = room.parts[at % 2]!.subarray(0, part.length);
    there.set(part);
    if (part.length > 0) scan.add(there);
  }
  return scan.counts;
}

describe.each(dtypes)('the values of %s', (dtype) => {
  test('are counted as their decoded numbers are', () => {
    fc.assert(
      fc.property(
        bytesOf(dtype),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 0, max: 9 }),
        (bytes, columns, cut) => {
          const values = [...decode(dtype, bytes)];
          const rows = Array.from({ length: Math.ceil(values.length / columns) }, (_, at) =>
            values.slice(at * columns, (at + 1) * columns),
          );
          const isDead = (column: number) => rows.every((row) => (row[column] ?? 0) === 0);
          const dead = Array.from({ length: columns }, (_, at) => at).filter(isDead);
          const { hash, ...counts } = scanned(dtype, bytes, columns, cut);
          expect(hash).toBe(scanned(dtype, bytes, columns, 0).hash);
          expect(counts).toEqual({
            nan: values.filter(Number.isNaN).length,
            infinite: values.filter((value) => Math.abs(value) === Infinity).length,
            zeros: values.filter((value) => value === 0).length,
            subnormal: values.filter((value) => value !== 0 && Math.abs(value) < smallest[dtype]).length,
            deadRows: rows.filter((row) => row.every((value) => value === 0)).length,
            firstDeadRow: rows.findIndex((row) => row.every((value) => value === 0)),
            deadColumns: dead.length,
            firstDeadColumn: dead[0] ?? -1,
          });
        },
      ),
    );
  });

  test('have another hash where one bit is another', () => {
    const bytes = Uint8Array.from({ length: 33 * widths[dtype] }, (_, at) => at + 1);
    const { hash } = scanned(dtype, bytes, 11, 0);
    for (let at = 0; at < bytes.length; at++) {
      const other = bytes.slice();
      other[at] = (other[at] ?? 0) ^ 1;
      expect(scanned(dtype, other, 11, 0).hash).not.toBe(hash);
    }
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

/** 8 MB of one value. */
function filled(name: string, value: number) {
  const path = join(folder.path, name);
  writeFileSync(path, encode('F32', new Float64Array(2 ** 21).fill(value)));
  return { name, dtype: 'F32' as const, shape: [2 ** 10, 2 ** 11], file: path, offset: 0, bytes: 2 ** 23 };
}

test('two that read at the same time do not meet', async () => {
  const found = new Map<string, number>();
  const reading = [filled('ones', 1), filled('none', 0)].map((each) =>
    readValues([each], { signal: new AbortController().signal, read: () => {} }, (facts) =>
      found.set(facts.tensor.name, facts.zeros),
    ),
  );
  await Promise.all(reading);
  expect(found).toEqual(
    new Map([
      ['ones', 0],
      ['none', 2 ** 21],
    ]),
  );
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
