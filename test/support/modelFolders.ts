import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { safetensors, type TensorSpec } from './safetensors.ts';

/** A float32 array of a model that a test writes. */
export interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** [rows, columns], filled row by row with `values`, over and over. */
export function matrix(rows: number, columns: number, ...values: readonly number[]): Values {
  return {
    shape: [rows, columns],
    values: Array.from({ length: rows * columns }, (_, index) => values[index % values.length] ?? 0),
  };
}

export function vector(...values: readonly number[]): Values {
  return { shape: [values.length], values };
}

/** Writes a Hugging Face folder of float32 tensors; returns its path. */
export function checkpointFolder(
  path: string,
  tensors: Readonly<Record<string, Values>>,
  config: object = {},
): string {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  writeFileSync(join(path, 'model.safetensors'), float32File(tensors));
  return path;
}

/** Writes a PEFT folder of float32 tensors by their keys without `base_model.model.`; alpha is r, so the scale is 1. */
export function adapterFolder(
  path: string,
  tensors: Readonly<Record<string, Values>>,
  config: { readonly r: number; readonly [key: string]: unknown },
): string {
  mkdirSync(path, { recursive: true });
  const full = { peft_type: 'LORA', lora_alpha: config.r, target_modules: 'all-linear', ...config };
  writeFileSync(join(path, 'adapter_config.json'), JSON.stringify(full));
  const keyed = Object.entries(tensors).map(([key, values]) => [`base_model.model.${key}`, values] as const);
  writeFileSync(join(path, 'adapter_model.safetensors'), float32File(Object.fromEntries(keyed)));
  return path;
}

function float32File(tensors: Readonly<Record<string, Values>>): Uint8Array {
  const specs: TensorSpec = {};
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const bytes = new Uint8Array(new Float32Array(values).buffer);
    specs[name] = { dtype: 'F32', shape: [...shape], bytes };
  }
  return safetensors(specs, { format: 'pt' });
}
