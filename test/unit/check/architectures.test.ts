import { ftruncateSync, openSync, closeSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkpoint, place } from '../../support/checkScene.ts';
import { safetensors, type TensorSpec } from '../../support/safetensors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { models } from '../models/architectures.ts';
import { findingsOf } from './findingsOf.ts';

const folder = await temporaryFolder();
afterAll(() => folder[Symbol.asyncDispose]());

/** Names of transformers' own files, whatever the shapes: nothing is missing, and nothing is too much. */
describe('the names that transformers gives', () => {
  test.each(Object.entries(models))(
    '%s have nothing wrong with them',
    async (name, { model_type, names, tie_word_embeddings }) => {
      const spec: TensorSpec = Object.fromEntries(
        names.map((each) => [each, { dtype: 'F32', shape: [1], bytes: 4 }]),
      );
      const ties = tie_word_embeddings === null ? {} : { tie_word_embeddings };
      const config = { model_type, architectures: [`${name}ForCausalLM`], num_hidden_layers: 2, ...ties };
      const path = place(join(folder.path, name), {
        'config.json': config,
        'model.safetensors': safetensors(spec, { format: 'pt' }),
      });
      const findings = await findingsOf([path], { depth: 'headers' });
      expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    },
  );
});

type Sizes = Readonly<Record<string, readonly number[]>>;

interface Real {
  readonly config: Readonly<Record<string, unknown>>;
  readonly outside: Sizes;
  readonly layer: (at: number) => string;
  readonly layers: number;
  readonly inLayer: Sizes;
}

const llamaLike = (at: number) => `model.layers.${at}.`;

/** `config.json` and shapes as they are on the Hub. */
const real: Readonly<Record<string, Real>> = {
  'Qwen/Qwen2.5-0.5B-Instruct': {
    config: {
      architectures: ['Qwen2ForCausalLM'],
      model_type: 'qwen2',
      hidden_size: 896,
      intermediate_size: 4864,
      num_attention_heads: 14,
      num_hidden_layers: 24,
      num_key_value_heads: 2,
      tie_word_embeddings: true,
      torch_dtype: 'bfloat16',
      vocab_size: 151936,
      eos_token_id: 151645,
      max_window_layers: 21,
    },
    outside: { 'model.embed_tokens.weight': [151936, 896], 'model.norm.weight': [896] },
    layer: llamaLike,
    layers: 24,
    inLayer: {
      'self_attn.q_proj.weight': [896, 896],
      'self_attn.q_proj.bias': [896],
      'self_attn.k_proj.weight': [128, 896],
      'self_attn.k_proj.bias': [128],
      'self_attn.v_proj.weight': [128, 896],
      'self_attn.v_proj.bias': [128],
      'self_attn.o_proj.weight': [896, 896],
      'mlp.gate_proj.weight': [4864, 896],
      'mlp.up_proj.weight': [4864, 896],
      'mlp.down_proj.weight': [896, 4864],
      'input_layernorm.weight': [896],
      'post_attention_layernorm.weight': [896],
    },
  },
  'meta-llama/Llama-3.2-1B': {
    config: {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      head_dim: 64,
      hidden_size: 2048,
      intermediate_size: 8192,
      num_attention_heads: 32,
      num_hidden_layers: 16,
      num_key_value_heads: 8,
      tie_word_embeddings: true,
      torch_dtype: 'bfloat16',
      vocab_size: 128256,
      eos_token_id: 128001,
    },
    outside: { 'model.embed_tokens.weight': [128256, 2048], 'model.norm.weight': [2048] },
    layer: llamaLike,
    layers: 16,
    inLayer: {
      'self_attn.q_proj.weight': [2048, 2048],
      'self_attn.k_proj.weight': [512, 2048],
      'self_attn.v_proj.weight': [512, 2048],
      'self_attn.o_proj.weight': [2048, 2048],
      'mlp.gate_proj.weight': [8192, 2048],
      'mlp.up_proj.weight': [8192, 2048],
      'mlp.down_proj.weight': [2048, 8192],
      'input_layernorm.weight': [2048],
      'post_attention_layernorm.weight': [2048],
    },
  },
  'google/gemma-2-2b-it': {
    config: {
      architectures: ['Gemma2ForCausalLM'],
      model_type: 'gemma2',
      head_dim: 256,
      hidden_size: 2304,
      intermediate_size: 9216,
      num_attention_heads: 8,
      num_hidden_layers: 26,
      num_key_value_heads: 4,
      torch_dtype: 'bfloat16',
      vocab_size: 256000,
      eos_token_id: [1, 107],
    },
    outside: { 'model.embed_tokens.weight': [256000, 2304], 'model.norm.weight': [2304] },
    layer: llamaLike,
    layers: 26,
    inLayer: {
      'self_attn.q_proj.weight': [2048, 2304],
      'self_attn.k_proj.weight': [1024, 2304],
      'self_attn.v_proj.weight': [1024, 2304],
      'self_attn.o_proj.weight': [2304, 2048],
      'mlp.gate_proj.weight': [9216, 2304],
      'mlp.up_proj.weight': [9216, 2304],
      'mlp.down_proj.weight': [2304, 9216],
      'input_layernorm.weight': [2304],
    },
  },
  'Qwen/Qwen3-0.6B': {
    config: {
      architectures: ['Qwen3ForCausalLM'],
      model_type: 'qwen3',
      head_dim: 128,
      hidden_size: 1024,
      intermediate_size: 3072,
      num_attention_heads: 16,
      num_hidden_layers: 28,
      num_key_value_heads: 8,
      tie_word_embeddings: true,
      torch_dtype: 'bfloat16',
      vocab_size: 151936,
      eos_token_id: 151645,
    },
    outside: {
      'model.embed_tokens.weight': [151936, 1024],
      'lm_head.weight': [151936, 1024],
      'model.norm.weight': [1024],
    },
    layer: llamaLike,
    layers: 28,
    inLayer: {
      'self_attn.q_proj.weight': [2048, 1024],
      'self_attn.k_proj.weight': [1024, 1024],
      'self_attn.v_proj.weight': [1024, 1024],
      'self_attn.o_proj.weight': [1024, 2048],
      'self_attn.q_norm.weight': [128],
      'mlp.gate_proj.weight': [3072, 1024],
      'mlp.up_proj.weight': [3072, 1024],
      'mlp.down_proj.weight': [1024, 3072],
    },
  },
  'openai-community/gpt2': {
    config: {
      architectures: ['GPT2LMHeadModel'],
      model_type: 'gpt2',
      n_embd: 768,
      n_head: 12,
      n_layer: 12,
      n_positions: 1024,
      n_ctx: 1024,
      vocab_size: 50257,
      eos_token_id: 50256,
      bos_token_id: 50256,
    },
    outside: {
      'wte.weight': [50257, 768],
      'wpe.weight': [1024, 768],
      'ln_f.weight': [768],
      'ln_f.bias': [768],
    },
    layer: (at) => `h.${at}.`,
    layers: 12,
    inLayer: {
      'attn.bias': [1, 1, 1024, 1024],
      'attn.c_attn.weight': [768, 2304],
      'attn.c_attn.bias': [2304],
      'attn.c_proj.weight': [768, 768],
      'mlp.c_fc.weight': [768, 3072],
      'mlp.c_proj.weight': [3072, 768],
      'ln_1.weight': [768],
      'ln_2.weight': [768],
    },
  },
};

describe('a model of the Hub', () => {
  test.each(Object.entries(real))(
    '%s has no error and no warning',
    async (name, { config, outside, layer, layers, inLayer }) => {
      const shapes: Record<string, readonly number[]> = { ...outside };
      for (let at = 0; at < layers; at++)
        for (const [part, shape] of Object.entries(inLayer)) shapes[layer(at) + part] = shape;
      const files = { ...checkpoint(), 'config.json': config };
      const path = place(join(folder.path, name.replace('/', '--')), files);
      sparse(join(path, 'model.safetensors'), shapes);
      const findings = await findingsOf([path], { depth: 'headers' });
      expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    },
  );
});

/** Gigabytes of zeros that take no room. */
function sparse(path: string, shapes: Readonly<Record<string, readonly number[]>>): void {
  let end = 0;
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const begin = end;
    end += 2 * shape.reduce((product, size) => product * size, 1);
    return [name, { dtype: 'BF16', shape, data_offsets: [begin, end] }];
  });
  const header = safetensors(
    JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) }),
  );
  const handle = openSync(path, 'w');
  writeSync(handle, header);
  ftruncateSync(handle, header.length + end);
  closeSync(handle);
}
