import { editedJson } from './editedJson.ts';
import type { RoundedDType } from '#protocol/tensors.ts';

const names: Readonly<Record<RoundedDType, string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8_e4m3fn',
  F8_E5M2: 'float8_e5m2',
};

export interface ConfigurationChange {
  /** Undefined: as it is. */
  readonly dtype: RoundedDType | undefined;
  readonly untied: boolean;
}

/**
 * `config.json` of a steered checkpoint: the target's (`config`, and `text` as it stands in the file) with its dtype
 * (`dtype`, or `torch_dtype` in older ones) and `tie_word_embeddings` changed where they have to be, and nothing else.
 * Undefined when the bytes can stay.
 */
export function changedConfiguration(
  config: Readonly<Record<string, unknown>>,
  text: string,
  { dtype, untied }: ConfigurationChange,
): string | undefined {
  const key = 'dtype' in config || !('torch_dtype' in config) ? 'dtype' : 'torch_dtype';
  const change = new Map<string, unknown>();
  if (dtype !== undefined && config[key] !== names[dtype]) change.set(key, names[dtype]);
  if (untied) change.set('tie_word_embeddings', false);
  return change.size === 0 ? undefined : editedJson(text, change);
}
