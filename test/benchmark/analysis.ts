import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { productNode } from '../support/steer.ts';
import { safetensors, type TensorSpec } from '../support/safetensors.ts';
import { buildBundles } from './bundles.ts';
import { measure, type Measured } from './program.ts';

/** Qwen2-7B: 196 modules. */
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

export interface AnalysisBenchmark {
  readonly runs: number;
  /** With torch and safetensors; undefined: nothing is compared. */
  readonly python: string | undefined;
}

/**
 * Spectra of the difference of two adapters of a 7B model, and of one dense matrix, as `steer analyze` prints them, beside torch's QR and
 * SVD of the same factors. Programs take turns, and start anew each time.
 */
export async function analysisFigures(folder: string, { runs, python }: AnalysisBenchmark): Promise<void> {
  const steer = await buildBundles(join(folder, 'bundles'), false);
  const pair = ['spectra-one', 'spectra-other'].map((name, seed) => adapter(join(folder, name), seed + 1));
  const matrices = ['dense-one', 'dense-other'].map((name, seed) => dense(join(folder, name), seed + 3));
  const torch = join(import.meta.dirname, 'spectraTorch.py');
  const files = pair.map((path) => join(path, 'adapter_model.safetensors'));
  const programs: Record<string, () => Promise<Measured>> = {
    '196 low-rank spectra': () => measure(productNode, [steer, 'analyze', ...pair, '--csv']),
    ...(python !== undefined && {
      '196 low-rank spectra, torch float32': () => measure(python, [torch, ...files, 'float32']),
      '196 low-rank spectra, torch float64': () => measure(python, [torch, ...files, 'float64']),
    }),
    'a dense spectrum, 2048 × 2048': () =>
      measure(productNode, [steer, 'analyze', ...matrices, '--spectra', '--csv']),
  };
  const found = new Map<string, Measured[]>(Object.keys(programs).map((name) => [name, []]));
  for (let run = 0; run <= runs; run++) {
    for (const [name, program] of Object.entries(programs)) {
      const measured = await program();
      if (run > 0) found.get(name)?.push(measured); // The first round only warms up.
    }
  }
  const rows = [...found].map(([name, all]) => [
    name,
    {
      'median s': median(all.map(({ seconds }) => seconds)).toFixed(2),
      'peak MB': Math.round(Math.max(...all.map(({ peak }) => peak ?? Number.NaN)) / 1e6),
    },
  ]);
  console.table(Object.fromEntries(rows));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function adapter(path: string, seed: number): string {
  const tensors: TensorSpec = {};
  for (let layer = 0; layer < layers; layer++) {
    for (const [module, [rows, columns]] of Object.entries(modules)) {
      const key = `base_model.model.model.layers.${layer}.${module}`;
      tensors[`${key}.lora_A.weight`] = float32([rank, columns], seed + layer);
      tensors[`${key}.lora_B.weight`] = float32([rows, rank], seed + layer + 0.5);
    }
  }
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'adapter_model.safetensors'), safetensors(tensors, { format: 'pt' }));
  const config = { peft_type: 'LORA', r: rank, lora_alpha: rank, target_modules: 'all-linear' };
  writeFileSync(join(path, 'adapter_config.json'), JSON.stringify(config));
  return path;
}

function dense(path: string, seed: number): string {
  mkdirSync(path, { recursive: true });
  const tensors = { 'model.layers.0.mlp.up_proj.weight': float32([2048, 2048], seed) };
  writeFileSync(join(path, 'model.safetensors'), safetensors(tensors, { format: 'pt' }));
  writeFileSync(join(path, 'config.json'), '{}');
  return path;
}

/** Numbers without an order, the same for the same seed. */
function float32(shape: readonly [number, number], seed: number): TensorSpec[string] {
  let state = Math.trunc(seed * 2) * 0x9e3779b9 + 1;
  const values = Float32Array.from({ length: shape[0] * shape[1] }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return 0.02 * (state / 2 ** 31);
  });
  return { dtype: 'F32', shape: [...shape], bytes: new Uint8Array(values.buffer) };
}
