import type { FloatDType } from '#protocol/tensors.ts';

const names: Readonly<Record<FloatDType, string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

export interface ConfigurationChange {
  /** Undefined: as it is. */
  readonly dtype: FloatDType | undefined;
  readonly untied: boolean;
}

/**
 * `config.json` of a steered checkpoint: the target's with its dtype (`dtype`, or `torch_dtype` in older ones) and
 * `tie_word_embeddings` changed where they have to be, and nothing else. Undefined when the bytes can stay.
 */
export function changedConfiguration(
  config: Readonly<Record<string, unknown>>,
  { dtype, untied }: ConfigurationChange,
): string | undefined {
  const key = 'dtype' in config || !('torch_dtype' in config) ? 'dtype' : 'torch_dtype';
  const change = {
    ...(dtype === undefined || config[key] === names[dtype] ? {} : { [key]: names[dtype] }),
    ...(untied ? { tie_word_embeddings: false } : {}),
  };
  if (Object.keys(change).length === 0) return undefined;
  return `${pythonJson({ ...config, ...change })}\n`;
}

/** As Python writes and reads it: infinite numbers, such as the `time_step_limit` of Mamba 2, are words. */
function pythonJson(value: object): string {
  const text = JSON.stringify(value, (_key, inner: unknown) => marked(inner), 2);
  return text.replace(/"\\u0000(-?Infinity)"/g, '$1');
}

/** JSON has no such numbers: they go through it as text that no configuration holds. */
function marked(value: unknown): unknown {
  return value === Infinity || value === -Infinity ? `\0${value}` : value;
}
