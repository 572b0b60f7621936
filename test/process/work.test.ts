import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CopyItem, Job, LowRankOperand, SteerItem } from '../../server/work/job.ts';
import { ensureVulkan } from '../harness/ensureVulkan.ts';
import type { JobReply, JobRequest } from '../support/runJob.ts';
import { finished, productNode, root } from '../support/steer.ts';

/** Jobs run in processes of the product's Node, from bundles inside the repository: there they find ONNX Runtime. */
mkdirSync(join(root, 'out'), { recursive: true });
const bundles = mkdtempSync(join(root, 'out/work-test-'));
const threadScript = join(bundles, 'thread.cjs');
const folder = mkdtempSync(join(tmpdir(), 'work-'));
const vulkan = await ensureVulkan();

beforeAll(async () => {
  await build({
    entryPoints: ['server/work/thread.ts', 'server/work/probe.ts', 'test/support/runJob.ts'].map((path) =>
      join(root, path),
    ),
    outdir: bundles,
    entryNames: '[name]',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['onnxruntime-node'],
    loader: { '.wasm': 'binary' },
    define: { 'import.meta.dirname': '__dirname' },
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(bundles, { recursive: true, force: true });
});

describe('a job of all kinds of items', () => {
  let reference: string[];
  beforeAll(async () => {
    reference = await hashes('inline', { device: 'cpu', cpu: 'kernels', threads: 0 });
  });

  test.each([1, 2, 4])('gives the same bytes with %d threads', async (threads) => {
    expect(await hashes(`threads-${threads}`, { device: 'cpu', threads })).toEqual(reference);
  });

  test('gives the same bytes with float64 products', async () => {
    expect(await hashes('float64', { device: 'cpu', cpu: 'F64' })).toEqual(reference);
  });

  test('gives the same bytes on WebGPU', async (context) => {
    context.skip(vulkan !== undefined, vulkan);
    const path = join(folder, 'webgpu');
    const { refused, devices } = await run({ options: { device: 'webgpu' }, jobs: [mixedJob(path)] });
    context.skip(refused?.message.includes('adapter') === true, refused?.message);
    expect(refused).toBeUndefined();
    expect(devices.at(-1)).toEqual({ device: 'webgpu', reason: 'WebGPU was asked for and passed its test.' });
    expect(outputsOf(path)).toEqual(reference);
  });
});

test('runs on the Node that the product is to run on', async () => {
  const { node } = await run({ options: { device: 'cpu' }, jobs: [] });
  expect(node).toBe(execFileSync(productNode, ['--version'], { encoding: 'utf8' }).trim());
});

test('automatic choice says what it found', async () => {
  const { devices } = await run({ options: { device: 'auto' }, jobs: [mixedJob(join(folder, 'auto'))] });
  expect(devices).toEqual([
    { device: 'cpu', reason: 'No products have been computed.' },
    { device: 'cpu', reason: 'The products are too few for another device to be faster.' },
  ]);
});

test.each([
  ['ends at once', 'process.exit(7)', /ended the process that tried \(7\)/],
  ['crashes', 'process.kill(process.pid, "SIGKILL")', /ended the process that tried \(SIGKILL\)/],
  [
    'finds nothing',
    'process.send({ usable: false, reason: "no adapter" })',
    /^webgpu: WebGPU cannot be used here: no adapter$/,
  ],
])('WebGPU that was asked for and %s is a failure', async (name, source, message) => {
  const probeScript = join(folder, `${name}.cjs`);
  writeFileSync(probeScript, source);
  const { refused } = await run({ options: { device: 'webgpu', probeScript }, jobs: [] });
  expect(refused).toMatchObject({ code: 'device-unavailable', message: expect.stringMatching(message) });
});

test('a cancel from outside stops all threads in the middle of their units', async () => {
  const job = copyJob('cancelled', 512 * 2 ** 20);
  const { runs } = await run({ options: { device: 'cpu', threads: 2 }, jobs: [job], cancelAfter: 1 });
  expect(runs).toMatchObject([{ problem: { message: 'enough' } }]);
  expect(runs[0]!.units).toBeLessThan(8);
});

test('a cancel stops a spectrum in the middle of its matrix', async () => {
  const copy = copyJob('cancelled-spectrum', 2 ** 20);
  const [rows, columns] = [1800, 1800];
  const matrix = join(folder, 'matrix');
  const values = Float32Array.from({ length: rows * columns }, (_, n) => Math.sin(n * n));
  writeFileSync(matrix, values);
  const operand = { file: copy.inputs.length, offset: 0, dtype: 'F32' } as const;
  const size = { rows, columns, exactUpTo: 4096 };
  const item = { kind: 'decompose', name: 'w', ...size, operand, scale: 1 } as const;
  const job = { ...copy, inputs: [...copy.inputs, matrix], items: [...copy.items, item] };
  const { runs } = await run({ options: { device: 'cpu', threads: 2 }, jobs: [job], cancelAfter: 1 });
  expect(runs).toMatchObject([{ units: 1, problem: { message: 'enough' } }]);
});

test('a thread that dies is a failure, and the next run has a new one', async () => {
  const script = join(folder, 'dying.cjs');
  const marker = join(folder, 'died');
  writeFileSync(
    script,
    `const { existsSync, writeFileSync } = require('node:fs');
     if (existsSync(${JSON.stringify(marker)})) require(${JSON.stringify(threadScript)});
     else require('node:worker_threads').parentPort.on('message', ({ kind }) => {
       if (kind === 'task') { writeFileSync(${JSON.stringify(marker)}, ''); process.exit(3); }
     });`,
  );
  const job = copyJob('dying', 2 ** 20);
  const options = { device: 'cpu', threadScript: script, threads: 1 } as const;
  const { runs } = await run({ options, jobs: [job, job] });
  expect(runs.map(({ problem }) => problem?.code)).toEqual(['worker-crashed', undefined]);
  expect(runs[0]!.problem!.subject).toBe(script);
  expect(readFileSync(job.outputs[0]!).equals(readFileSync(job.inputs[0]!))).toBe(true);
});

const disk = smallDisk();

test.skipIf('reason' in disk)(
  `a full disk is a failure that names the file${because(disk.reason)}`,
  async () => {
    const job = copyJob('full', 8 * 2 ** 20, join(disk.folder!, 'output'));
    const { runs } = await run({ options: { device: 'cpu', threads: 2 }, jobs: [job] });
    expect(runs).toMatchObject([{ problem: { code: 'disk-full', subject: job.outputs[0] } }]);
  },
);

/** A file system of 4 MiB that goes with the test; only root can have one. */
function smallDisk(): { readonly folder?: string; readonly reason?: string } {
  const at = join(folder, 'disk');
  mkdirSync(at);
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', at]);
  if (status !== 0) return { reason: `no small file system: ${error?.message ?? String(stderr).trim()}` };
  afterAll(() => void execFileSync('umount', ['-l', at]));
  return { folder: at };
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : ` (${reason})`;
}

async function hashes(name: string, options: JobRequest['options']): Promise<string[]> {
  const path = join(folder, name);
  const { runs } = await run({ options, jobs: [mixedJob(path)] });
  expect(runs).toMatchObject([{ units: expect.any(Number) }]);
  expect(runs[0]!.problem).toBeUndefined();
  return outputsOf(path);
}

/** In a process of the product's Node; a process that gives no answer throws with what it said. */
async function run(request: JobRequest): Promise<JobReply> {
  const path = join(folder, 'request.json');
  writeFileSync(path, JSON.stringify(request));
  const { code, stdout, stderr } = await finished(productNode, [join(bundles, 'runJob.cjs'), path]);
  if (code !== 0) throw new Error(`The process ended with ${code}: ${stderr}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- runJob.ts writes nothing else.
  return JSON.parse(stdout) as JobReply;
}

function outputsOf(path: string): string[] {
  return [0, 1].map((n) =>
    createHash('sha256')
      .update(readFileSync(join(path, `output-${n}`)))
      .digest('hex'),
  );
}

/** Several units of a rank-64 item with a fixed term, a dense item and a copy, into two outputs. */
function mixedJob(path: string): Job {
  mkdirSync(path);
  const input = join(folder, 'input');
  const [rows, columns, rank] = [700, 3001, 64];
  const elements = rows * columns;
  const values = smallBFloat16(2 * elements + rank * (rows + columns));
  writeFileSync(input, values);
  const lowRank = (scale: number): LowRankOperand => ({
    kind: 'low-rank',
    scale,
    rank,
    left: { operand: at(2 * elements), rows: rank, columns: rows, transposed: true },
    right: { operand: at(2 * elements + rank * rows), rows: rank, columns, transposed: false },
  });
  const steer = { kind: 'steer', rows, columns, source: at(0), dtype: 'BF16' } as const;
  const items: (SteerItem | CopyItem)[] = [
    { ...steer, name: 'low-rank', fixed: [lowRank(0.11)], moving: [lowRank(0.07)], places: places(0) },
    {
      ...steer,
      name: 'dense',
      fixed: [],
      moving: [
        { kind: 'dense', scale: 1, operand: at(elements) },
        { kind: 'dense', scale: -1, operand: at(17) },
      ],
      places: places(elements * 2),
    },
    {
      ...steer,
      name: 'stochastic',
      fixed: [],
      moving: [lowRank(0.07)],
      stochastic: { seed: 5 },
      places: places(elements * 4),
    },
    { kind: 'copy', name: 'copy', source: at(1), bytes: elements, places: places(elements * 6) },
  ];
  const outputs = [0, 1].map((n) => join(path, `output-${n}`));
  for (const output of outputs) writeFileSync(output, new Uint8Array(elements * 7));
  return { inputs: [input], outputs, items };
}

function at(element: number) {
  return { file: 0, offset: element * 2, dtype: 'BF16' } as const;
}

function places(offset: number) {
  return [
    { file: 0, offset, strength: 0.3 },
    { file: 1, offset, strength: -8.2 },
  ];
}

/** Values below 1 in magnitude, of many sizes; the same in every call. */
function smallBFloat16(count: number): Uint16Array {
  let state = 1;
  return Uint16Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return ((state >>> 31) << 15) | (0x3800 + ((state >>> 8) % 0x0780));
  });
}

function copyJob(name: string, bytes: number, output = join(folder, `${name}-output`)): Job {
  const input = join(folder, `${name}-input`);
  writeFileSync(input, randomFillSync(new Uint8Array(bytes)));
  // Full size without blocks: the disk runs out only when they are written.
  execFileSync('truncate', ['-s', String(bytes), output]);
  const places = [{ file: 0, offset: 0 }];
  return {
    inputs: [input],
    outputs: [output],
    items: [{ kind: 'copy', name, source: { file: 0, offset: 0 }, bytes, places }],
  };
}
