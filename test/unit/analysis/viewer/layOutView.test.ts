import { existsSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatherView } from '../../../../server/analysis/viewer/gatherView.ts';
import { layOutView, layOutWindow } from '../../../../server/analysis/viewer/layOutView.ts';
import { memorySource } from '../../../../server/bytes/memorySource.ts';
import { bitsOf } from '../../../../server/tensors/dtype.ts';
import type { StoredTensor } from '../../../../server/tensors/storedTensor.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  process.env['WEIGHT_STEERING_CACHE'] = join(folder.path, 'cache');
});
afterAll(async () => {
  delete process.env['WEIGHT_STEERING_CACHE'];
  await folder[Symbol.asyncDispose]();
});

type View = Pick<StoredTensor, 'dtype' | 'shape'> & { readonly strides: readonly number[] };

const storageOf = (bytes: number) =>
  Uint8Array.from({ length: bytes }, (_, at) => (at * 151 + (at >> 8)) & 0xff);

function tensorOf({ dtype, shape, strides }: View, file = '/m'): StoredTensor {
  const bytes = shape.reduce((product, size) => product * size, bitsOf(dtype) / 8);
  return { name: 'w', dtype, shape, file, offset: 16, bytes, layout: { kind: 'strided', strides } };
}

/** Element by element, in the order of the indexes. */
function inOrder({ dtype, shape, strides }: View, file: Uint8Array): Buffer {
  const width = bitsOf(dtype) / 8;
  let starts = [16];
  for (const [axis, length] of shape.entries())
    starts = starts.flatMap((start) =>
      Array.from({ length }, (_, index) => start + index * (strides[axis] ?? 0) * width),
    );
  return Buffer.concat(starts.map((start) => file.subarray(start, start + width)));
}

const views: readonly (readonly [what: string, view: View])[] = [
  ['a matrix turned round', { dtype: 'F32', shape: [7, 5], strides: [1, 7] }],
  ['every other column', { dtype: 'BF16', shape: [4, 5], strides: [10, 2] }],
  ['a part of each row', { dtype: 'F64', shape: [6, 3], strides: [9, 1] }],
  ['one row again and again', { dtype: 'U8', shape: [5, 8], strides: [0, 1] }],
  ['one value again and again', { dtype: 'F16', shape: [3, 4], strides: [0, 0] }],
  ['one column again and again', { dtype: 'F32', shape: [5, 8], strides: [3, 0] }],
  ['every third of a vector', { dtype: 'I64', shape: [11], strides: [3] }],
  ['four dimensions in another order', { dtype: 'F32', shape: [2, 3, 4, 5], strides: [1, 40, 2, 8] }],
  ['windows that overlap', { dtype: 'I16', shape: [6, 4], strides: [1, 1] }],
  ['nothing', { dtype: 'F32', shape: [0, 3], strides: [1, 5] }],
];

test.each(views)('%s: in order', async (_, view) => {
  const path = join(folder.path, 'storage');
  const bytes = storageOf(4096);
  writeFileSync(path, bytes);
  await using laidOut = await layOutView(tensorOf(view, path));
  const { file, offset, layout, shape } = laidOut.tensor;
  expect({ offset, layout, shape }).toEqual({ offset: 0, layout: undefined, shape: view.shape });
  expect(await readFile(file)).toEqual(inOrder(view, bytes));
});

describe('a view that is larger than what is read at once', () => {
  const [rows, columns] = [3000, 1100];
  const kinds: readonly (readonly [string, readonly number[]])[] = [
    ['turned round', [1, rows]],
    ['with gaps', [columns + 50, 1]],
    ['far apart both ways', [2, 2 * rows + 1]],
  ];

  test.each(kinds)('%s: a window of it, in reads of 4 MiB at most', async (_, strides) => {
    const bytes = storageOf(16 + 4 * (1 + (rows - 1) * strides[0]! + (columns - 1) * strides[1]!));
    const memory = memorySource('/m', bytes);
    let [most, sum] = [0, 0];
    const source: typeof memory = {
      ...memory,
      read: async (offset, length, signal) => {
        [most, sum] = [Math.max(most, length), sum + length];
        return await memory.read(offset, length, signal);
      },
    };
    const view: View = { dtype: 'F32', shape: [rows, columns], strides };
    const window = { slice: 0, row: 17, rows: rows - 40, column: 3, columns: columns - 5 };
    const found = await gatherView(source, tensorOf(view), window);
    const at = (row: number, column: number) => 16 + 4 * (row * strides[0]! + column * strides[1]!);
    for (let row = 0; row < window.rows; row += 61)
      for (let column = 0; column < window.columns; column += 13) {
        const place = 4 * (row * window.columns + column);
        const from = at(17 + row, 3 + column);
        expect([...found.subarray(place, place + 4)]).toEqual([...bytes.subarray(from, from + 4)]);
      }
    expect(most).toBeLessThanOrEqual(2 ** 22);
    expect(sum).toBeLessThan(2.5 * bytes.length);
  });
});

test('a window is a matrix by itself, and gone when it is disposed of', async () => {
  const path = join(folder.path, 'storage');
  const bytes = storageOf(4096);
  writeFileSync(path, bytes);
  const view: View = { dtype: 'F32', shape: [3, 7, 5], strides: [35, 1, 7] };
  const laidOut = await layOutWindow(tensorOf(view, path), {
    slice: 2,
    row: 1,
    rows: 2,
    column: 2,
    columns: 3,
  });
  expect(laidOut.tensor).toMatchObject({ shape: [2, 3], bytes: 24 });
  const all = inOrder(view, bytes);
  const start = 4 * (2 * 35 + 1 * 5 + 2);
  expect(await readFile(laidOut.tensor.file)).toEqual(
    Buffer.concat([all.subarray(start, start + 12), all.subarray(start + 20, start + 32)]),
  );
  await laidOut[Symbol.asyncDispose]();
  expect(existsSync(laidOut.tensor.file)).toBe(false);
});

test('a small file whose view claims to be large is refused', async () => {
  const path = join(folder.path, 'storage');
  writeFileSync(path, storageOf(4096));
  const view: View = { dtype: 'F32', shape: [2 ** 40, 1], strides: [0, 1] };
  await expect(layOutView(tensorOf(view, path))).rejects.toMatchObject({
    code: 'too-large',
    tensor: 'w',
    message: expect.stringContaining('4398046511104 bytes of a file of 4096'),
  });
});
