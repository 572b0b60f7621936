import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CopyItem, Job, SteerItem, WorkProgress } from '../../../server/work/job.ts';
import { unitsOf } from '../../../server/work/units.ts';
import { createWork } from '../../../server/work/work.ts';
import { Files } from './files.ts';

const signal = new AbortController().signal;
const mebibyte = 2 ** 20;

test('copies bytes to every place from one read', async () => {
  using files = new Files();
  const { job, bytes } = copyJob(files, 9 * mebibyte + 5, 2);
  await using work = await createWork({ device: 'cpu', threads: 0 });
  await work.run(job, { signal });
  for (const path of job.outputs) expect(readFileSync(path).subarray(3).equals(bytes)).toBe(true);
});

test('skips the units that an earlier run has finished, and tells of the others', async () => {
  using files = new Files();
  const { job, bytes } = copyJob(files, 20 * mebibyte, 1);
  const told: number[] = [];
  await using work = await createWork({ device: 'cpu', threads: 0 });
  await work.run(job, { signal, finished: new Set([1]), onUnit: (unit) => told.push(unit) });
  const written = readFileSync(job.outputs[0]!).subarray(3);
  expect(told).toEqual([0, 2]);
  expect(written.subarray(0, 8 * mebibyte).equals(bytes.subarray(0, 8 * mebibyte))).toBe(true);
  expect(written.subarray(8 * mebibyte, 16 * mebibyte).every((byte) => byte === 0xaa)).toBe(true);
  expect(written.subarray(16 * mebibyte).equals(bytes.subarray(16 * mebibyte))).toBe(true);
});

test('reports how far it has come, and the end', async () => {
  using files = new Files();
  const { job } = copyJob(files, 20 * mebibyte, 1);
  const reports: WorkProgress[] = [];
  await using work = await createWork({ device: 'cpu', threads: 0 });
  await work.run(job, { signal, report: (progress) => reports.push(progress), finished: new Set([0]) });
  expect(reports[0]!.done).toBeGreaterThanOrEqual(16 * mebibyte);
  expect(reports.at(-1)).toEqual({ done: 40 * mebibyte, total: 40 * mebibyte });
});

test('a cancel ends the run between two units with the reason, and the next run is not affected', async () => {
  using files = new Files();
  const { job, bytes } = copyJob(files, 40 * mebibyte, 1);
  const controller = new AbortController();
  const reason = new Error('enough');
  const told: number[] = [];
  await using work = await createWork({ device: 'cpu', threads: 0 });
  const onUnit = (unit: number) => {
    told.push(unit);
    if (told.length === 2) controller.abort(reason);
  };
  await expect(work.run(job, { signal: controller.signal, onUnit })).rejects.toBe(reason);
  expect(told.length).toBeLessThan(unitsOf(job).length);
  await work.run(job, { signal, finished: new Set(told) });
  expect(readFileSync(job.outputs[0]!).subarray(3).equals(bytes)).toBe(true);
});

test('a signal that was aborted before starts nothing', async () => {
  using files = new Files();
  const { job } = copyJob(files, 5, 1);
  await using work = await createWork({ device: 'cpu', threads: 0 });
  const gone = AbortSignal.abort(new Error('gone'));
  await expect(work.run(job, { signal: gone })).rejects.toThrow('gone');
  await expect(createWork({ device: 'cpu', threads: 0, signal: gone })).rejects.toThrow('gone');
});

test.each([
  [
    'an input that ends too early',
    'short-read',
    'inputs',
    (path: string) => truncateSync(path, 9 * mebibyte),
  ],
  ['an input that is missing', 'file-not-found', 'inputs', (path: string) => rmSync(path)],
  ['an input that is a folder', 'unreadable', 'inputs', becomeFolder],
  ['an output that is too small', 'write-failed', 'outputs', (path: string) => truncateSync(path, 100)],
  ['an output that is a folder', 'write-failed', 'outputs', becomeFolder],
] as const)('%s is a failure that names the file', async (_, code, side, spoil) => {
  using files = new Files();
  const { job } = copyJob(files, 12 * mebibyte, 1);
  const subject = job[side][0]!;
  spoil(subject);
  await using work = await createWork({ device: 'cpu', threads: 0 });
  await expect(work.run(job, { signal })).rejects.toMatchObject({ name: 'ServerError', code, subject });
});

function becomeFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

test('a short factor file is a failure too', async () => {
  using files = new Files();
  const left = files.factor('F32', [1, 2], [2, 1], false);
  const right = files.factor('F32', [1, 2, 3], [1, 3], false);
  const places = [{ file: 0, offset: 0, strength: 1 }];
  const moving = [{ kind: 'low-rank', scale: 1, rank: 1, left, right }] as const;
  const item: SteerItem = {
    kind: 'steer',
    name: 'w',
    rows: 2,
    columns: 3,
    fixed: [],
    moving,
    dtype: 'F32',
    places,
  };
  const input = files.save();
  writeFileSync(input, readFileSync(input).subarray(0, -1));
  await using work = await createWork({ device: 'cpu', threads: 0 });
  const job = { inputs: [input], outputs: [files.output(24)], items: [item] };
  await expect(work.run(job, { signal })).rejects.toMatchObject({ code: 'short-read', subject: input });
});

/** The same random bytes to each output, three bytes in. */
function copyJob(
  files: Files,
  size: number,
  outputs: number,
): { readonly job: Job; readonly bytes: Uint8Array & Buffer } {
  const bytes = randomBytes(size);
  const { offset } = files.raw('BF16', bytes);
  const places = Array.from({ length: outputs }, (_, file) => ({ file, offset: 3 }));
  const item: CopyItem = { kind: 'copy', name: 'c', source: { file: 0, offset }, bytes: size, places };
  const job = { inputs: [files.save()], outputs: places.map(() => files.output(size + 3)), items: [item] };
  return { job, bytes };
}
