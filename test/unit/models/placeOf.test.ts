import type { ModuleGroup } from '#protocol/tensors.ts';
import { describe, expect, test } from 'vitest';
import type { Place } from '../../../server/models/place.ts';
import { layerCount, placeOf } from '../../../server/models/placeOf.ts';
import { models, namesOf } from './architectures.ts';

const projections = 'k_proj o_proj q_proj v_proj';
const gated = 'down_proj gate_proj up_proj';
const llamaNorms = 'input_layernorm norm post_attention_layernorm';
const llama = {
  attention: projections,
  embeddings: 'embed_tokens',
  head: 'lm_head',
  mlp: gated,
  norms: llamaNorms,
};
const tiedLlama = { attention: projections, embeddings: 'embed_tokens', mlp: gated };
const gemma2Norms = `${llamaNorms} post_feedforward_layernorm pre_feedforward_layernorm`;
const gemma3Norms =
  'input_layernorm k_norm norm post_attention_layernorm post_feedforward_layernorm pre_feedforward_layernorm q_norm';
const gpt2 = {
  attention: 'c_attn c_proj',
  embeddings: 'wpe wte',
  mlp: 'c_fc c_proj',
  norms: 'ln_1 ln_2 ln_f',
};
const bloom = {
  attention: 'dense query_key_value',
  embeddings: 'word_embeddings',
  mlp: 'dense_4h_to_h dense_h_to_4h',
};

describe('groups every tensor that transformers saves of', () => {
  test.each<[architecture: string, groups: Partial<Record<ModuleGroup, string>>]>([
    ['llama', llama],
    ['mistral', llama],
    ['qwen2', llama],
    ['stablelm', llama],
    ['qwen3', { ...llama, norms: 'input_layernorm k_norm norm post_attention_layernorm q_norm' }],
    ['olmo2', { ...llama, norms: 'k_norm norm post_attention_layernorm post_feedforward_layernorm q_norm' }],
    ['phi3', { ...llama, attention: 'o_proj qkv_proj', mlp: 'down_proj gate_up_proj' }],
    [
      'phi',
      {
        ...llama,
        attention: 'dense k_proj q_proj v_proj',
        mlp: 'fc1 fc2',
        norms: 'final_layernorm input_layernorm',
      },
    ],
    ['gemma2', { ...tiedLlama, norms: gemma2Norms }],
    ['gemma3_text', { ...tiedLlama, norms: gemma3Norms }],
    ['cohere', { ...tiedLlama, norms: 'input_layernorm norm' }],
    ['starcoder2', { ...tiedLlama, mlp: 'c_fc c_proj', norms: llamaNorms }],
    ['mixtral', { ...llama, mlp: 'gate w1 w2 w3' }],
    ['qwen2_moe', { ...llama, mlp: 'down_proj gate gate_proj shared_expert_gate up_proj' }],
    [
      'qwen3_moe',
      {
        ...llama,
        mlp: 'down_proj gate gate_proj up_proj',
        norms: 'input_layernorm k_norm norm post_attention_layernorm q_norm',
      },
    ],
    [
      'deepseek_v3',
      {
        ...llama,
        attention: 'kv_a_proj_with_mqa kv_b_proj o_proj q_a_proj q_b_proj',
        mlp: 'down_proj e_score_correction_bias gate gate_proj up_proj',
        norms: 'input_layernorm kv_a_layernorm norm post_attention_layernorm q_a_layernorm',
      },
    ],
    ['gpt2', gpt2],
    ['gpt_bigcode', gpt2],
    ['gpt_neo', { ...gpt2, attention: 'k_proj out_proj q_proj v_proj' }],
    [
      'gptj',
      {
        attention: 'k_proj out_proj q_proj v_proj',
        embeddings: 'wte',
        head: 'lm_head',
        mlp: 'fc_in fc_out',
        norms: 'ln_1 ln_f',
      },
    ],
    [
      'codegen',
      {
        attention: 'out_proj qkv_proj',
        embeddings: 'wte',
        head: 'lm_head',
        mlp: 'fc_in fc_out',
        norms: 'ln_1 ln_f',
      },
    ],
    [
      'gpt_neox',
      {
        ...bloom,
        embeddings: 'embed_in',
        head: 'embed_out',
        norms: 'final_layer_norm input_layernorm post_attention_layernorm',
      },
    ],
    ['bloom', { ...bloom, norms: 'input_layernorm ln_f post_attention_layernorm word_embeddings_layernorm' }],
    ['falcon', { ...bloom, norms: 'input_layernorm ln_f' }],
    [
      'opt',
      {
        attention: 'k_proj out_proj q_proj v_proj',
        embeddings: 'embed_positions embed_tokens',
        mlp: 'fc1 fc2',
        norms: 'final_layer_norm self_attn_layer_norm',
      },
    ],
    [
      'mpt',
      {
        attention: 'Wqkv out_proj',
        embeddings: 'wte',
        mlp: 'down_proj up_proj',
        norms: 'norm_1 norm_2 norm_f',
      },
    ],
    [
      'mamba',
      {
        embeddings: 'embeddings',
        norms: 'norm norm_f',
        other: 'A_log D conv1d dt_proj in_proj out_proj x_proj',
      },
    ],
  ])('%s', (architecture, groups) => {
    expect(grouped(namesOf(architecture))).toEqual(groups);
  });
});

test.each(['gemma3', 'llava', 'qwen2_vl', 'mistral3'])(
  'takes of %s the language model alone: what sees has no layers and is other',
  (architecture) => {
    const isBeside = /vision_tower|visual|multi_modal_projector/;
    const seeing = namesOf(architecture).filter((name) => isBeside.test(name));
    const speaking = namesOf(architecture).filter((name) => !isBeside.test(name));
    expect(seeing.length).toBeGreaterThan(20);
    expect(
      seeing.filter((name) => placeOf(name).layer !== undefined || placeOf(name).group !== 'other'),
    ).toEqual([]);
    const expected: Partial<Record<ModuleGroup, string>> =
      {
        gemma3: { ...tiedLlama, norms: gemma3Norms },
        mistral3: { ...tiedLlama, norms: llamaNorms },
      }[architecture] ?? llama;
    expect(grouped(speaking)).toEqual(expected);
  },
);

test.each(Object.keys(models))(
  'counts the two layers of %s, however many its other parts have',
  (architecture) => {
    expect(layerCount(namesOf(architecture))).toBe(2);
  },
);

test.each<[name: string, place: Place]>([
  // As on the Hub, without the prefix that GPT2LMHeadModel adds.
  ['h.11.attn.c_attn.weight', { layer: 11, module: 'c_attn', group: 'attention' }],
  ['h.0.attn.bias', { layer: 0, module: 'attn', group: 'attention' }],
  ['wte.weight', { layer: undefined, module: 'wte', group: 'embeddings' }],
  [
    'word_embeddings_layernorm.bias',
    { layer: undefined, module: 'word_embeddings_layernorm', group: 'norms' },
  ],
  ['decoder.layers.3.fc1.bias', { layer: 3, module: 'fc1', group: 'mlp' }],
  // What transformers 5 calls the parts of Qwen2-VL and Gemma 3 in memory, and PEFT on disk.
  ['model.language_model.layers.7.mlp.up_proj.weight', { layer: 7, module: 'up_proj', group: 'mlp' }],
  ['model.visual.blocks.31.mlp.fc1.weight', { layer: undefined, module: 'fc1', group: 'other' }],
  [
    'model.vision_tower.vision_model.encoder.layers.26.self_attn.q_proj.weight',
    { layer: undefined, module: 'q_proj', group: 'other' },
  ],
  ['thinker.audio_tower.layers.3.fc1.weight', { layer: undefined, module: 'fc1', group: 'other' }],
  ['thinker.model.layers.3.self_attn.q_proj.weight', { layer: 3, module: 'q_proj', group: 'attention' }],
  // Experts in one tensor have no `.weight`.
  ['model.layers.5.mlp.experts.gate_up_proj', { layer: 5, module: 'gate_up_proj', group: 'mlp' }],
  // InternLM 2 and ChatGLM.
  ['model.layers.1.attention.wqkv.weight', { layer: 1, module: 'wqkv', group: 'attention' }],
  ['model.layers.1.feed_forward.w1.weight', { layer: 1, module: 'w1', group: 'mlp' }],
  ['output.weight', { layer: undefined, module: 'output', group: 'head' }],
  [
    'transformer.encoder.layers.2.mlp.dense_h_to_4h.weight',
    { layer: 2, module: 'dense_h_to_4h', group: 'mlp' },
  ],
  ['transformer.output_layer.weight', { layer: undefined, module: 'output_layer', group: 'head' }],
  // Hybrids mix attention and what is none.
  [
    'model.layers.4.linear_attn.in_proj_qkvz.weight',
    { layer: 4, module: 'in_proj_qkvz', group: 'attention' },
  ],
  ['model.layers.4.shared_mlp.input_linear.weight', { layer: 4, module: 'input_linear', group: 'mlp' }],
  ['model.layers.4.mamba.in_proj.weight', { layer: 4, module: 'in_proj', group: 'other' }],
  // T5 and BART.
  ['decoder.block.5.layer.0.SelfAttention.q.weight', { layer: 5, module: 'q', group: 'attention' }],
  ['decoder.block.5.layer.1.EncDecAttention.k.weight', { layer: 5, module: 'k', group: 'attention' }],
  ['encoder.block.5.layer.1.DenseReluDense.wi_0.weight', { layer: 5, module: 'wi_0', group: 'mlp' }],
  ['model.decoder.layers.5.encoder_attn.k_proj.weight', { layer: 5, module: 'k_proj', group: 'attention' }],
  // Neither layers nor known.
  ['', { layer: undefined, module: '', group: 'other' }],
  ['weight', { layer: undefined, module: 'weight', group: 'other' }],
  ['7', { layer: undefined, module: '7', group: 'other' }],
  ['__proto__', { layer: undefined, module: '__proto__', group: 'other' }],
  ['model.layers.123456.mlp.up_proj.weight', { layer: undefined, module: 'up_proj', group: 'mlp' }],
  ['model.layers.-1.q_proj.weight', { layer: undefined, module: 'q_proj', group: 'other' }],
  ['model.mylayers.1.x.weight', { layer: undefined, module: 'x', group: 'other' }],
  ['Größe 層.layers.2.self_attn.q proj.weight', { layer: 2, module: 'q proj', group: 'attention' }],
])('places %s', (name, place) => {
  expect(placeOf(name)).toEqual(place);
});

test('places a name of a megabyte as fast as any', () => {
  for (const part of ['layers.', 'norm1', '1', '.', 'vision', 'a.1.', 'norm_']) {
    expect(placeOf(`${part.repeat(1e6 / part.length)}!`).group).toBe('other');
  }
});

test.each<[what: string, config: Record<string, unknown>, layers: number]>([
  ['its configuration', { num_hidden_layers: 6 }, 6],
  ['the names that GPT-2 gives its fields', { n_layer: 6 }, 6],
  ['the configuration of the language model inside', { text_config: { num_hidden_layers: 6 } }, 6],
  ['that of InternVL', { llm_config: { num_hidden_layers: 6 }, vision_config: { num_hidden_layers: 24 } }, 6],
  ['the names, where there is none', {}, 3],
  ['the names, where it is no number', { num_hidden_layers: '6' }, 3],
  ['the names, where it is negative', { num_hidden_layers: -6 }, 3],
  ['the names, where it is a fraction', { num_hidden_layers: 1.5 }, 3],
  ['the names, where it is beyond belief', { num_hidden_layers: 1e15 }, 3],
  ['the names, where the inner one is a list', { text_config: [{ num_hidden_layers: 6 }] }, 3],
])('counts layers by %s', (_, config, layers) => {
  expect(layerCount(['model.layers.2.x.weight', 'model.norm.weight'], config)).toBe(layers);
});

/** Short names by group, each once and sorted, of the first layer and of what is in none. */
function grouped(names: readonly string[]): Partial<Record<ModuleGroup, string>> {
  const places = names.map(placeOf);
  const groups = Map.groupBy(places, ({ group }) => group);
  return Object.fromEntries(
    [...groups].map(([group, found]) => [
      group,
      [...new Set(found.map(({ module }) => module))].toSorted().join(' '),
    ]),
  );
}
