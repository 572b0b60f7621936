import { describe, expect, test } from 'vitest';
import { fromE4M3, fromE5M2 } from '../../../server/tensors/byteFloats.ts';
import { headRow } from '../../../server/work/headRow.ts';
import type { Job, Operand } from '../../../server/work/job.ts';
import { createWork } from '../../../server/work/work.ts';
import { Files, read } from './files.ts';

/** More than one block is read at once, and blocks end in the middle of rows. */
const [rows, columns] = [256, 1056];
const values = Array.from({ length: rows * columns }, (_, index) => ((index * 7919) % 2001) - 1000);
const at = (row: number, column: number) => values[row * columns + column] ?? 0;
const every = <T>(of: (row: number, column: number) => T) =>
  Array.from({ length: rows * columns }, (_, index) => of(Math.floor(index / columns), index % columns));

async function steered(files: Files, operand: Operand, dtype: 'F32' | 'F64' = 'F32'): Promise<number[]> {
  const output = files.output(rows * columns * (dtype === 'F32' ? 4 : 8));
  const job: Job = {
    inputs: [files.save()],
    outputs: [output],
    items: [
      {
        kind: 'steer',
        name: 'w',
        rows,
        columns,
        source: operand,
        fixed: [],
        moving: [],
        dtype,
        places: [{ file: 0, offset: 0, strength: 1 }],
      },
    ],
  };
  await using work = await createWork({ device: 'cpu', threads: 0 });
  await work.run(job, { signal: new AbortController().signal });
  return read(output, dtype);
}

describe('an operand that does not lie in order', () => {
  test('rows in the order of llama.cpp', async () => {
    using files = new Files();
    const stored = every(() => 0);
    every((row, column) => (stored[headRow(row, { heads: 8, rows }) * columns + column] = at(row, column)));
    const operand = files.add('F32', stored);
    const layout = { kind: 'rope', heads: 8, rows, columns } as const;
    expect(await steered(files, { ...operand, layout })).toEqual(values);
  });

  test('a matrix that is turned round', async () => {
    using files = new Files();
    const stored = Array.from({ length: rows * columns }, (_, index) =>
      at(index % rows, Math.floor(index / rows)),
    );
    const operand = files.add('F16', stored);
    expect(await steered(files, { ...operand, layout: { kind: 'turned', rows, columns } })).toEqual(values);
  });

  test('values with 1 added', async () => {
    using files = new Files();
    const operand = files.add(
      'F32',
      values.map((value) => value + 1),
    );
    expect(await steered(files, { ...operand, layout: { kind: 'shifted' } }, 'F64')).toEqual(values);
  });

  test.each([false, true])('blocks of Q8_0, rows reordered: %s', async (reordered) => {
    using files = new Files();
    const blocks = new DataView(new ArrayBuffer((rows * columns * 34) / 32));
    const expected = every((row, column) => {
      const from = reordered ? headRow(row, { heads: 4, rows }) : row;
      const index = from * columns + column;
      const quantised = (index % 255) - 127;
      const block = Math.floor(index / 32);
      const scale = 2 ** -((block % 13) + 2) * (1 + (block % 1024) / 1024);
      blocks.setFloat16(block * 34, scale, true);
      blocks.setInt8(block * 34 + 2 + (index % 32), quantised);
      return scale * quantised;
    });
    const operand = files.raw('Q8_0', new Uint8Array(blocks.buffer));
    const layout = { kind: 'rope', heads: 4, rows, columns } as const;
    expect(await steered(files, reordered ? { ...operand, layout } : operand)).toEqual(expected);
  });

  test.each(['F8_E4M3', 'F8_E5M2'] as const)('%s, which is widened as it is read', async (dtype) => {
    using files = new Files();
    const bytes = Uint8Array.from({ length: rows * columns }, (_, index) => (index * 31) % 0x78);
    const operand = files.raw(dtype, bytes);
    const found = await steered(files, operand);
    expect(found).toEqual([...bytes].map(dtype === 'F8_E4M3' ? fromE4M3 : fromE5M2));
  });
});

test('the rows of a head are dealt out and come back', () => {
  const order = Array.from({ length: 16 }, (_, row) => headRow(row, { heads: 2, rows: 16 }));
  expect(order).toEqual([0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15]);
});
