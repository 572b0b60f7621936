import type { ModuleGroup } from '#protocol/tensors.ts';
import type { JsonObject } from './jsonFile.ts';
import { nestedConfigs } from './nestedConfigs.ts';
import type { Place } from './place.ts';

/** Containers of numbered layers: `model.layers.3.…`, `transformer.h.3.…`, `blocks.3.…`, `encoder.layer.3.…`. */
const layered = /(?:^|\.)(?:layers?|h|blocks?|decoder_layers)\.(\d{1,5})\.(.+)$/;

/** What stands beside a language model: encoders of pictures and sound, what leads from them, what speaks. */
const beside =
  /(?:^|\.)(?:(?:vision|visual|image|img|audio|speech|perceiver|mm_|embed_tokens_extend)\w*|\w*(?:projector|resampler)|connector|vit|vpm|apm|embed_vision|embed_audio|talker|token2wav|code2wav|tts)\./;

/** What comes after a module's own name. */
const parameter = /\.(?:weight|bias|base_layer|scales?|qweight|inv_freq)$/;

/** More than any model has; a configuration that says more is not believed. */
const mostLayers = 100_000;

/**
 * Layer, short module name and group of a tensor, by its name alone. Known are the names of Llama, Qwen, Gemma,
 * DeepSeek, OPT, Phi, GPT-2, GPT-J, GPT-NeoX, Bloom, Falcon, MPT and those like them, mixtures of experts included; all
 * else, such as what mixes in Mamba, is `other`. Layers are those of the language model: what stands beside it,
 * encoders of pictures and sound with layers of their own, has no layer and is `other`.
 */
export function placeOf(name: string): Place {
  const isBeside = beside.test(name);
  const found = isBeside ? null : layered.exec(name);
  const path = (found?.[2] ?? name).replace(parameter, '');
  const module = shortName(path);
  const layer = found?.[1] === undefined ? undefined : Number(found[1]);
  return { layer, module, group: isBeside ? 'other' : groupOf(path, module, layer) };
}

/** Layers of a model: as the configuration says, else the highest number among its names and one. */
export function layerCount(names: Iterable<string>, config: JsonObject = {}): number {
  for (const part of nestedConfigs(config)) {
    for (const key of ['num_hidden_layers', 'n_layer', 'num_layers', 'n_layers']) {
      const count = part[key];
      if (typeof count === 'number' && Number.isInteger(count) && count > 0 && count <= mostLayers)
        return count;
    }
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
  /^(?:w[tp]e|embed_(?:tokens|in|positions|tokens_per_layer)|(?:word|tok|position|token_type)_embeddings|embeddings?|(?:tokens|positions)_embed)$/;
const heads = /^(?:lm_head|embed_out|output|output_layer|score|classifier)$/;
const norms = /norm(?:_?\d+|_f)?$|^ln(?:_\w+|\d*)$|_ln$/i;
const attention = /(?:^|\.)(?:(?:[a-z]+_)?(?:attn|attention)|(?:Self|EncDec)Attention)(?:\.|$)/;
const mlp =
  /(?:^|\.)(?:(?:shared_)?mlp|ffn|feed_forward|block_sparse_moe|moe|experts|shared_experts?|DenseReluDense)(?:\.|$)/;
const loneMlp = /^(?:fc1|fc2|fc_in|fc_out|dense_h_to_4h|dense_4h_to_h|gate_proj|up_proj|down_proj)$/;

function groupOf(path: string, module: string, layer: number | undefined): ModuleGroup {
  if (norms.test(module)) return 'norms';
  if (layer === undefined && embeddings.test(module)) return 'embeddings';
  if (layer === undefined && heads.test(module)) return 'head';
  if (attention.test(path)) return 'attention';
  if (mlp.test(path) || loneMlp.test(module)) return 'mlp';
  return 'other';
}
