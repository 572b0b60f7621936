import type { ModuleGroup, Place } from './place.ts';

/** Containers of numbered layers: `model.layers.3.…`, `transformer.h.3.…`, `gpt_neox.layers.3.…`, `blocks.3.…`. */
const layered = /(?:^|\.)(?:layers|h|blocks|block|decoder_layers)\.(\d{1,5})\.(.+)$/;

/** What comes after a module's own name. */
const parameter = /\.(?:weight|bias|base_layer|scales?|qweight|inv_freq)$/;

/**
 * Layer, short module name and group of a tensor, by its name alone: Llama-like, GPT-2-like, GPT-NeoX, Bloom, OPT,
 * Falcon, MPT, Phi, Gemma, and mixtures of experts. What is not recognised is `other`.
 */
export function placeOf(name: string): Place {
  const found = layered.exec(name);
  const rest = (found?.[2] ?? name).replace(parameter, '');
  const module = shortName(rest);
  const layer = found?.[1] === undefined ? undefined : Number(found[1]);
  return { layer, module, group: groupOf(rest, module, layer) };
}

/** Layers of a model: as the configuration says, else the highest number among its names and one. */
export function layerCount(names: Iterable<string>, config?: Readonly<Record<string, unknown>>): number {
  const inner = config?.['text_config'];
  const text = typeof inner === 'object' && inner !== null ? new Map(Object.entries(inner)) : undefined;
  for (const key of ['num_hidden_layers', 'n_layer', 'num_layers', 'n_layers']) {
    const count: unknown = config?.[key] ?? text?.get(key);
    if (typeof count === 'number' && Number.isSafeInteger(count) && count > 0) return count;
  }
  let highest = -1;
  for (const name of names) highest = Math.max(highest, placeOf(name).layer ?? -1);
  return highest + 1;
}

/** The last part of the name that is no number: an expert's `experts.3.down_proj` is `down_proj`. */
function shortName(path: string): string {
  return path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? path;
}

const embeddings =
  /^(?:embed_tokens|wte|wpe|embed_in|word_embeddings|embed_positions|tok_embeddings|position_embeddings|embeddings?)$/;
const heads = /^(?:lm_head|embed_out|score|classifier)$/;
const norms = /(?:norm|layernorm|^ln_\w+|^ln\d?|_ln)\d*$/i;
const attention = /(?:^|\.)(?:self_attn|self_attention|attn|attention|cross_attn|linear_attn)(?:\.|$)/;
const mlp = /(?:^|\.)(?:mlp|ffn|feed_forward|block_sparse_moe|moe|experts|shared_experts?)(?:\.|$)/;
const loneMlp = /^(?:fc1|fc2|fc_in|fc_out|dense_h_to_4h|dense_4h_to_h|gate_proj|up_proj|down_proj)$/;

function groupOf(path: string, module: string, layer: number | undefined): ModuleGroup {
  if (norms.test(module)) return 'norms';
  if (layer === undefined && embeddings.test(module)) return 'embeddings';
  if (layer === undefined && heads.test(module)) return 'head';
  if (attention.test(path)) return 'attention';
  if (mlp.test(path) || loneMlp.test(module)) return 'mlp';
  return 'other';
}
