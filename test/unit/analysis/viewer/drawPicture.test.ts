import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TensorPicture } from '#protocol/tensorView.ts';
import { drawPicture, pictureSize } from '../../../../server/analysis/viewer/drawPicture.ts';
import { type MatrixWindow, matrixWindow } from '../../../../server/analysis/viewer/matrixWindow.ts';
import { readWindow } from '../../../../server/analysis/viewer/readWindow.ts';
import { decode, type DecodableDType } from '../../../../server/tensors/decode.ts';
import { bitsOf } from '../../../../server/tensors/dtype.ts';
import type { Work } from '../../../../server/work/job.ts';
import { createWork } from '../../../../server/work/work.ts';

const folder = mkdtempSync(join(tmpdir(), 'picture-'));
const { signal } = new AbortController();
let work: Work;

beforeAll(async () => {
  work = await createWork({ device: 'cpu', threads: 0 });
});

afterAll(async () => {
  await work[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const dtypes = [
  'F64',
  'F32',
  'F16',
  'BF16',
  'I64',
  'I32',
  'I16',
  'I8',
  'U64',
  'U32',
  'U16',
  'U8',
  'BOOL',
] as const;

interface Scene {
  readonly tensor: Parameters<typeof drawPicture>[0];
  readonly values: Float64Array;
}

/** Finite values of a dtype, behind a header of odd length. */
function scene(dtype: DecodableDType, shape: readonly number[]): Scene {
  const count = shape.reduce((product, size) => product * size, 1);
  const bytes = new Uint8Array((count * bitsOf(dtype)) / 8);
  for (let index = 0; index < bytes.length; index++) bytes[index] = (index * 73 + (index >> 8) * 31) & 0x3f;
  const file = join(folder, `${dtype}-${shape.join('-')}`);
  writeFileSync(file, Buffer.concat([Buffer.alloc(13), bytes]));
  const tensor = { name: 'x', dtype, shape, file, offset: 13, bytes: bytes.length };
  return { tensor, values: decode(dtype, bytes) };
}

/** Cell by cell, as the protocol defines it. */
function expected(values: Float64Array, window: MatrixWindow, width: number, height: number) {
  const { first, ofColumns, row, rows, column, columns } = window;
  const mean: number[] = [];
  const maxAbs: number[] = [];
  for (let down = 0; down < height; down++) {
    for (let across = 0; across < width; across++) {
      const cell: number[] = [];
      for (let r = Math.floor((down * rows) / height); r < Math.floor(((down + 1) * rows) / height); r++) {
        const [from, to] = [across, across + 1].map((edge) => Math.floor((edge * columns) / width));
        for (let c = from!; c < to!; c++) cell.push(values[first + (row + r) * ofColumns + column + c]!);
      }
      mean.push(cell.reduce((sum, value) => sum + value, 0) / cell.length);
      maxAbs.push(Math.max(...cell.map(Math.abs)));
    }
  }
  return { mean, maxAbs };
}

function expectPicture(picture: TensorPicture, { mean, maxAbs }: ReturnType<typeof expected>): void {
  expect(picture.maxAbs).toEqual(Float32Array.from(maxAbs));
  const most = Math.max(...maxAbs);
  for (const [index, value] of mean.entries())
    expect(Math.abs(picture.mean[index]! - value)).toBeLessThanOrEqual(2 ** -23 * most + 1e-300);
}

describe.each(dtypes)('%s', (dtype) => {
  const { tensor, values } = scene(dtype, [2, 3, 37, 53]);

  test.each([
    ['all of it, smaller', [0, 37], [0, 53], 0, 10, 7],
    ['a part in a later slice', [5, 31], [11, 48], 4, 9, 26],
    ['single rows of cells', [0, 37], [0, 53], 5, 53, 1],
    ['every element', [2, 9], [3, 20], 1, 100, 100],
  ])('%s', async (_, [top, bottom], [left, right], slice, width, height) => {
    const rows = { start: top!, end: bottom! };
    const columns = { start: left!, end: right! };
    const window = matrixWindow(tensor, { slice, rows, columns });
    const picture = await drawPicture(tensor, { window, size: { width, height } }, { work, signal });
    expect([picture.width, picture.height]).toEqual([
      Math.min(width, window.columns),
      Math.min(height, window.rows),
    ]);
    expect(picture.exact).toBe(width === 100);
    expectPicture(picture, expected(values, window, picture.width, picture.height));
  });

  test('values and bytes of a window', async () => {
    const window = matrixWindow(tensor, {
      slice: 3,
      rows: { start: 4, end: 6 },
      columns: { start: 7, end: 10 },
    });
    const starts = [4, 5].map((row) => 3 * 37 * 53 + row * 53 + 7);
    const wanted = starts.flatMap((start) => Array.from(values.slice(start, start + 3)));
    expect([...decode(dtype, await readWindow(tensor, window, signal))]).toEqual(wanted);
  });
});

test('rows longer than what is read at once, and several units', async () => {
  const columns = 2 ** 18 + 77;
  const { tensor, values } = scene('U8', [20, columns]);
  const window = matrixWindow(tensor, {
    slice: 0,
    rows: { start: 1, end: 20 },
    columns: { start: 0, end: columns },
  });
  const picture = await drawPicture(tensor, { window, size: { width: 31, height: 19 } }, { work, signal });
  expectPicture(picture, expected(values, window, 31, 19));
});

test('what is not a number spreads to its cell alone', async () => {
  const { tensor } = scene('F32', [2, 4]);
  writeFileSync(
    tensor.file,
    Buffer.concat([Buffer.alloc(13), Buffer.from(Float32Array.of(1, NaN, 2, -4, 0, 1, Infinity, 2).buffer)]),
  );
  const window = matrixWindow(tensor, {
    slice: 0,
    rows: { start: 0, end: 2 },
    columns: { start: 0, end: 4 },
  });
  const { mean, maxAbs } = await drawPicture(
    tensor,
    { window, size: { width: 2, height: 2 } },
    { work, signal },
  );
  expect([...mean]).toEqual([NaN, -1, 0.5, Infinity]);
  expect([...maxAbs]).toEqual([NaN, 4, 1, Infinity]);
});

test.each([
  ['a vector', [7], [1, 7]],
  ['a scalar', [], [1, 1]],
  ['no rows', [0, 4], [0, 4]],
  ['no columns', [4, 0], [4, 0]],
])('%s is a matrix too', async (_, shape, [rows, columns]) => {
  const { tensor } = scene('BF16', shape);
  const window = matrixWindow(tensor, {
    slice: 0,
    rows: { start: 0, end: rows! },
    columns: { start: 0, end: columns! },
  });
  const picture = await drawPicture(tensor, { window, size: { width: 10, height: 10 } }, { work, signal });
  expect([picture.height * picture.width, picture.mean.length]).toEqual([rows! * columns!, rows! * columns!]);
  expect(await readWindow(tensor, window)).toHaveLength(2 * rows! * columns!);
});

test.each([
  ['a slice too many', { slice: 6, rows: { start: 0, end: 1 }, columns: { start: 0, end: 1 } }],
  ['a row too many', { slice: 0, rows: { start: 0, end: 38 }, columns: { start: 0, end: 1 } }],
  ['before the first column', { slice: 0, rows: { start: 0, end: 1 }, columns: { start: -1, end: 1 } }],
  ['from end to start', { slice: 0, rows: { start: 2, end: 1 }, columns: { start: 0, end: 1 } }],
  ['half a row', { slice: 0, rows: { start: 0.5, end: 1 }, columns: { start: 0, end: 1 } }],
])('a window outside is refused: %s', (_, window) => {
  const tensor = {
    name: 'x',
    dtype: 'BF16',
    shape: [2, 3, 37, 53],
    file: '/x',
    offset: 0,
    bytes: 0,
  } as const;
  expect(() => matrixWindow(tensor, window)).toThrow(expect.objectContaining({ code: 'usage', tensor: 'x' }));
});

test('no picture is larger than 4 MB', () => {
  for (const size of [
    [1e6, 1e6],
    [1, 1e9],
    [1e9, 1],
    [0, 0],
  ]) {
    const { width, height } = pictureSize({ rows: 1e9, columns: 1e9 }, { width: size[0]!, height: size[1]! });
    expect(width * height * 8).toBeLessThanOrEqual(4 * 2 ** 20);
    expect(width * height).toBeGreaterThan(0);
  }
});
