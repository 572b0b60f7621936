import type { JsonObject } from './jsonFile.ts';
import { nestedConfigs } from './nestedConfigs.ts';

/** Bytes of a value in the cache: 16-bit floats, as inference engines keep it by default. */
const width = 2;

/**
 * Bytes that each token of the context takes while a model generates, in all layers together; null where the
 * configuration does not say. Windows that slide are not heeded, so it is an upper estimate for models that have them.
 */
export function cachePerToken(config: JsonObject): number | null {
  const number = numbersOf(config);
  const layers = number('num_hidden_layers', 'n_layer', 'n_layers', 'num_layers');
  const latent = number('kv_lora_rank'); // Multi-head latent attention, as in DeepSeek, keeps one vector for all heads.
  if (layers !== undefined && latent !== undefined)
    return layers * (latent + (number('qk_rope_head_dim') ?? 0)) * width;
  const heads = number('num_attention_heads', 'n_head', 'n_heads');
  const size = number('hidden_size', 'n_embd', 'd_model');
  const perHead =
    number('head_dim') ?? (size !== undefined && heads !== undefined ? size / heads : undefined);
  const kept = number('num_key_value_heads') ?? heads;
  if (layers === undefined || kept === undefined || perHead === undefined) return null;
  return 2 * layers * kept * perHead * width;
}

/** Tokens of the longest context that the model knows. */
export function longestContext(config: JsonObject): number | undefined {
  return numbersOf(config)('max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len');
}

/** The first of these keys that is a number above zero; the language model's own part of a configuration counts too. */
function numbersOf(config: JsonObject): (...keys: readonly string[]) => number | undefined {
  return (...keys) =>
    nestedConfigs(config)
      .flatMap((part) => keys.map((key) => part[key]))
      .find((value): value is number => typeof value === 'number' && value > 0 && value < 1e9);
}
