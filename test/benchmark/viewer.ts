import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../support/editor.ts';
import { shardedFolder } from '../support/shardedFolder.ts';
import { root } from '../support/steer.ts';

/** Of the tensors whose statistics are timed: a quarter of the embeddings of a model of 7 billion parameters. */
const bytes = 2 ** 28;
const rows = 2 ** 14;

/**
 * What the viewer waits for, asked of the built server: headers of models of many shards, statistics beside a plain read of the same
 * bytes in the same run, and the memory that is held afterwards. Files are sparse, or in the page cache.
 */
export async function viewerFigures(folder: string, runs: number): Promise<void> {
  execFileSync(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });
  process.env['WEIGHT_STEERING_CACHE'] = join(folder, 'cache');
  rmSync(join(folder, 'cache'), { recursive: true, force: true });
  for (const shards of [1, 100, 1000]) await firstPaint(folder, shards, runs);
  for (const dtype of ['BF16', 'F16', 'F32', 'F64', 'I8'] as const) await statistics(folder, dtype, runs);
  await memory(folder);
}

async function firstPaint(folder: string, shards: number, runs: number): Promise<void> {
  const path = join(folder, `shards-${shards}`);
  if (!existsSync(path)) shardedFolder(path, { shards, tensorsEach: 10, bytesEach: 2 ** 20 });
  await using editor = await openEditor();
  const cold = await timed(() => editor.ask('models/open', { path }));
  const warm: number[] = [];
  for (let run = 0; run < runs; run++) warm.push(await timed(() => editor.ask('models/open', { path })));
  const facts = `first ${milliseconds(cold)}, then ${milliseconds(median(warm))}`;
  console.log(`first paint of ${shards} shards, ${10 * shards} tensors: ${facts} (target < 300 ms for 100)`);
}

const widths = { BF16: 2, F16: 2, F32: 4, F64: 8, I8: 1 } as const;

async function statistics(folder: string, dtype: keyof typeof widths, runs: number): Promise<void> {
  const ratios: number[] = [];
  const speeds: number[] = [];
  await using editor = await openEditor();
  for (let run = 0; run <= runs; run++) {
    const path = join(folder, `${dtype}-${run % 2}.safetensors`); // Another file each time: nothing comes from the cache.
    writeValues(path, dtype);
    const read = await timed(async () => readAll(path));
    rmSync(join(folder, 'cache'), { recursive: true, force: true });
    const counted = await timed(() => editor.ask('tensor/statistics', { path, name: 'w' }));
    rmSync(path);
    if (run === 0) continue; // The first starts threads and compiles kernels.
    ratios.push(read / counted);
    speeds.push(bytes / counted / 1e6);
  }
  const speed = `${median(speeds).toFixed(2)} GB/s, ${median(ratios).toFixed(2)} of a plain read's speed`;
  console.log(`statistics of ${dtype} [${rows}, ${bytes / widths[dtype] / rows}]: ${speed}`);
}

/** Values like weights, repeated. */
function writeValues(path: string, dtype: keyof typeof widths): void {
  const shape = [rows, bytes / widths[dtype] / rows];
  const header = Buffer.from(JSON.stringify({ w: { dtype, shape, data_offsets: [0, bytes] } }));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(header.length);
  const block = blockOf(dtype);
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, Buffer.concat([length, header]));
  for (let at = 0; at < bytes; at += block.length) writeSync(descriptor, block);
  closeSync(descriptor);
}

function blockOf(dtype: keyof typeof widths): Buffer {
  const values = Float64Array.from({ length: 2 ** 20 }, (_, n) => 0.05 * Math.sin(n) * Math.cos(n * n));
  switch (dtype) {
    case 'F64':
      return Buffer.from(values.buffer);
    case 'F32':
      return Buffer.from(Float32Array.from(values).buffer);
    case 'I8':
      return Buffer.from(Int8Array.from(values, (value) => value * 2000).buffer);
    case 'BF16':
    case 'F16':
      return Buffer.from(
        Uint16Array.from(new Uint32Array(Float32Array.from(values).buffer), (bits) => bits >>> 16).buffer,
      );
  }
}

function readAll(path: string): void {
  const block = Buffer.alloc(2 ** 19);
  const descriptor = openSync(path, 'r');
  while (readSync(descriptor, block) > 0);
  closeSync(descriptor);
}

/** A hundred gigabytes are opened and scrolled through: a page of values of every tensor, and a picture. */
async function memory(folder: string): Promise<void> {
  const path = join(folder, 'large');
  if (!existsSync(path)) shardedFolder(path, { shards: 100, tensorsEach: 100, bytesEach: 10 * 2 ** 20 });
  await using editor = await openEditor();
  const { tensors, bytes } = await editor.ask('models/open', { path });
  const window = { slice: 0, rows: { start: 0, end: 50 }, columns: { start: 0, end: 50 } };
  for (const name of tensors.names) await editor.ask('tensor/values', { path, name, ...window, bytes: true });
  const columns = { start: 0, end: 2048 };
  const whole = { slice: 0, rows: { start: 0, end: 2560 }, columns, width: 1024, height: 512 };
  for (const name of tensors.names.slice(0, 100)) {
    await editor.ask('tensor/picture', { path, name, ...whole });
    await editor.ask('tensor/statistics', { path, name });
  }
  const server = editor.server.process.pid ?? 0;
  const held = [server, ...childrenOf(server)].map((pid) => `${(residentOf(pid) / 1e6).toFixed(0)} MB`);
  const what = `${(bytes / 1e9).toFixed(0)} GB in ${tensors.names.length} tensors`;
  console.log(`memory after ${what}: server and work process ${held.join(' and ')} (target < 400 MB each)`);
}

function childrenOf(pid: number): readonly number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

function residentOf(pid: number): number {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return Number.NaN;
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(path, 'utf8'))?.[1]) * 1024;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function milliseconds(time: number): string {
  return `${time.toFixed(0)} ms`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
