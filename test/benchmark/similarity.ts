import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../support/editor.ts';
import { root } from '../support/steer.ts';

type Editor = Awaited<ReturnType<typeof openEditor>>;

/** Qwen2.5-7B: 28 layers of 7 linear modules. */
const layers = 28;
const modules = {
  'self_attn.q_proj': [3584, 3584],
  'self_attn.k_proj': [512, 3584],
  'self_attn.v_proj': [512, 3584],
  'self_attn.o_proj': [3584, 3584],
  'mlp.gate_proj': [18_944, 3584],
  'mlp.up_proj': [18_944, 3584],
  'mlp.down_proj': [3584, 18_944],
} as const;
const rank = 32;

/** Of the dense pair: 1 GiB of bfloat16 each. */
const [rows, columns, tensors] = [8192, 8192, 8] as const;

/**
 * What `similarity` takes: norms and cosines of two adapters of a model of 7 billion parameters, and of a pair of dense checkpoints
 * beside a plain read of the same bytes and numpy. Everything is read from the page cache.
 */
export async function similarityFigures(folder: string, runs: number, python: string): Promise<void> {
  execFileSync(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });
  await using editor = await openEditor();
  const pair = ['one', 'other'].map((name) => adapter(join(folder, `similarity-${name}`)));
  const factored = await median(runs, () => compared(editor, pair, undefined));
  console.log(`cosines of 196 modules of a 7B pair, rank ${rank}: ${factored.toFixed(2)} s (target < 1 s)`);
  const [base = '', ...fineTunes] = ['base', 'plus'].map((name) => dense(join(folder, `similarity-${name}`)));
  const read = await median(runs, () => Promise.resolve(seconds(() => readAll([base, ...fineTunes]))));
  const own = await median(runs, () => compared(editor, fineTunes, base));
  const facts = `${own.toFixed(2)} s, a plain read ${read.toFixed(2)} s (${(own / read).toFixed(1)} times; target ≤ 2)`;
  const script = join(import.meta.dirname, 'normsNumpy.py');
  const numpy = seconds(() => spawnSync(python, [script, weights(base), ...fineTunes.map(weights)]));
  console.log(`norm of a dense difference, 2 GiB read: ${facts}, numpy ${numpy.toFixed(2)} s`);
  for (const path of [...pair, base, ...fineTunes]) rmSync(path, { recursive: true });
}

async function compared(
  editor: Editor,
  subjects: readonly string[],
  base: string | undefined,
): Promise<number> {
  const start = performance.now();
  await editor.ask('directions/similarity', { subjects, ...(base !== undefined && { base }) });
  return (performance.now() - start) / 1000;
}

async function median(runs: number, measure: () => Promise<number>): Promise<number> {
  const found: number[] = [];
  await measure(); // Into the page cache; starts what starts once.
  for (let run = 0; run < runs; run++) found.push(await measure());
  return found.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

function seconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function adapter(path: string): string {
  const shapes = Array.from({ length: layers }, (_, layer) =>
    Object.entries(modules).flatMap(([module, [height, width]]) => {
      const key = `base_model.model.model.layers.${layer}.${module}`;
      return [
        [`${key}.lora_A.weight`, [rank, width]],
        [`${key}.lora_B.weight`, [height, rank]],
      ] as const;
    }),
  ).flat();
  const config = { peft_type: 'LORA', r: rank, lora_alpha: rank, target_modules: 'all-linear' };
  write(path, { file: 'adapter_model.safetensors', shapes, dtype: 'F32' });
  writeFileSync(join(path, 'adapter_config.json'), JSON.stringify(config));
  return path;
}

function dense(path: string): string {
  const shapes = Array.from(
    { length: tensors },
    (_, layer) => [`model.layers.${layer}.mlp.up_proj.weight`, [rows, columns]] as const,
  );
  write(path, { file: 'model.safetensors', shapes, dtype: 'BF16' });
  writeFileSync(join(path, 'config.json'), '{}');
  return path;
}

interface Written {
  readonly file: string;
  readonly shapes: readonly (readonly [name: string, shape: readonly [number, number]])[];
  readonly dtype: 'F32' | 'BF16';
}

/** Values like weights, repeated, others in each file. */
function write(path: string, { file, shapes, dtype }: Written): void {
  if (existsSync(join(path, file))) return;
  mkdirSync(path, { recursive: true });
  const width = dtype === 'F32' ? 4 : 2;
  let end = 0;
  const entries = shapes.map(([name, shape]) => {
    const start = end;
    end += shape[0] * shape[1] * width;
    return [name, { dtype, shape, data_offsets: [start, end] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const output = openSync(join(path, file), 'w');
  for (const part of [length, header]) writeSync(output, part);
  const block = blockOf(dtype, path.length);
  for (let left = end; left > 0; left -= block.length)
    writeSync(output, block, 0, Math.min(block.length, left));
  closeSync(output);
}

function blockOf(dtype: 'F32' | 'BF16', seed: number): Uint8Array {
  const values = Float32Array.from({ length: 2 ** 20 }, (_, n) => 0.02 * Math.sin(n * (seed + 0.37)));
  if (dtype === 'F32') return new Uint8Array(values.buffer);
  const halves = Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16);
  return new Uint8Array(halves.buffer);
}

function weights(path: string): string {
  return join(path, 'model.safetensors');
}

function readAll(paths: readonly string[]): void {
  const block = Buffer.alloc(2 ** 23);
  for (const path of paths) {
    const file = openSync(weights(path), 'r');
    while (readSync(file, block) > 0);
    closeSync(file);
  }
}
