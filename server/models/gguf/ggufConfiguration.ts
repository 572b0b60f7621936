import type { GgufValue } from '../../tensors/gguf/ggufValue.ts';
import type { JsonObject } from '../jsonFile.ts';
import type { GgufArchitecture, Heads } from './tensorNames.ts';

type Values = ReadonlyMap<string, GgufValue>;

/** Keys of `config.json`, and those of the metadata behind the architecture's name (ggml/docs/gguf.md). */
const keys: readonly (readonly [config: string, metadata: string])[] = [
  ['num_hidden_layers', 'block_count'],
  ['hidden_size', 'embedding_length'],
  ['intermediate_size', 'feed_forward_length'],
  ['num_attention_heads', 'attention.head_count'],
  ['num_key_value_heads', 'attention.head_count_kv'],
  ['max_position_embeddings', 'context_length'],
  ['vocab_size', 'vocab_size'],
];

/** What llama.cpp calls the architecture. */
export function architectureName(values: Values): string | undefined {
  const name = values.get('general.architecture');
  return typeof name === 'string' ? name : undefined;
}

/** What `config.json` would say of a GGUF file's model, as far as its metadata do. */
export function ggufConfiguration(values: Values, architecture: GgufArchitecture | undefined): JsonObject {
  const name = architectureName(values) ?? '';
  const found = keys.flatMap(([config, metadata]) => {
    const value = values.get(`${name}.${metadata}`);
    return typeof value === 'number' ? [[config, value] as const] : [];
  });
  const type = architecture?.modelType ?? name;
  return { ...(type !== '' && { model_type: type }), ...Object.fromEntries(found) };
}

/** Attention heads of a layer: one number for all, or a list with one for each. */
export function headsOf(values: Values, layer: number): Heads {
  const name = architectureName(values) ?? '';
  const queries = headsAt(values.get(`${name}.attention.head_count`), layer);
  return { queries, keys: headsAt(values.get(`${name}.attention.head_count_kv`), layer) ?? queries };
}

function headsAt(value: GgufValue | undefined, layer: number): number | undefined {
  const found = typeof value === 'object' ? value.items?.[layer] : value;
  return typeof found === 'number' && Number.isInteger(found) && found > 0 ? found : undefined;
}
