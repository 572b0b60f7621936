import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { safetensors, type TensorSpec } from './safetensors.ts';
import { seeded } from './seeded.ts';

const width = 8;
const vocabulary = 12;
const layers = 2;

/** The configuration of a tiny Llama with nothing wrong with it. */
export const config = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  dtype: 'float32',
  hidden_size: width,
  intermediate_size: 16,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  num_hidden_layers: layers,
  vocab_size: vocabulary,
  eos_token_id: 2,
  tie_word_embeddings: false,
};

export const tokenizerConfig = { eos_token: '</s>', chat_template: '{{ messages }}' };

export const tokenizer = {
  added_tokens: [{ id: 2, content: '</s>', special: true }],
  model: {
    type: 'BPE',
    vocab: Object.fromEntries(Array.from({ length: 10 }, (_, id) => [`t${id}`, id])),
    merges: [],
  },
};

const shapes: Readonly<Record<string, readonly number[]>> = {
  'input_layernorm.weight': [width],
  'mlp.down_proj.weight': [width, 16],
  'mlp.gate_proj.weight': [16, width],
  'mlp.up_proj.weight': [16, width],
  'post_attention_layernorm.weight': [width],
  'self_attn.k_proj.weight': [4, width],
  'self_attn.o_proj.weight': [width, width],
  'self_attn.q_proj.weight': [width, width],
  'self_attn.v_proj.weight': [4, width],
};

const random = seeded(1);

/** A float32 tensor with random values, or with these over and over. */
export function values(shape: readonly number[], ...own: readonly number[]): TensorSpec[string] {
  const size = shape.reduce((product, length) => product * length, 1);
  const numbers = Array.from({ length: size }, (_, at) => own[at % own.length] ?? random() - 0.5);
  return { dtype: 'F32', shape: [...shape], bytes: new Uint8Array(new Float32Array(numbers).buffer) };
}

/** All tensors of the tiny Llama. */
export function tensors(): TensorSpec {
  const all: TensorSpec = {
    'lm_head.weight': values([vocabulary, width]),
    'model.embed_tokens.weight': values([vocabulary, width]),
    'model.norm.weight': values([width]),
  };
  for (let layer = 0; layer < layers; layer++) {
    for (const [name, shape] of Object.entries(shapes)) all[`model.layers.${layer}.${name}`] = values(shape);
  }
  return all;
}

export type Files = Readonly<Record<string, string | Uint8Array | object>>;

/** Writes files; objects as JSON. */
export function place(folder: string, files: Files): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(join(folder, name), isRaw ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

/** A checkpoint in one file, with everything beside it. */
export function checkpoint(): Record<string, string | Uint8Array | object> {
  return {
    'config.json': config,
    'generation_config.json': { eos_token_id: 2 },
    'tokenizer.json': tokenizer,
    'tokenizer_config.json': tokenizerConfig,
    'model.safetensors': safetensors(tensors(), { format: 'pt' }),
  };
}

export const firstShard = 'model-00001-of-00002.safetensors';
export const secondShard = 'model-00002-of-00002.safetensors';

/** The same in two shards; `edit` changes the `weight_map`. */
export function sharded(
  edit: (map: Record<string, string>) => void = () => {},
): Record<string, string | Uint8Array | object> {
  const all = Object.entries(tensors());
  const [one, other] = [all.slice(0, 9), all.slice(9)];
  const map = Object.fromEntries([
    ...one.map(([name]) => [name, firstShard]),
    ...other.map(([name]) => [name, secondShard]),
  ]);
  edit(map);
  const total = all.reduce(
    (sum, [, { bytes }]) => sum + (typeof bytes === 'number' ? bytes : bytes.length),
    0,
  );
  const { 'model.safetensors': _, ...rest } = checkpoint();
  return {
    ...rest,
    [firstShard]: safetensors(Object.fromEntries(one), { format: 'pt' }),
    [secondShard]: safetensors(Object.fromEntries(other), { format: 'pt' }),
    'model.safetensors.index.json': { metadata: { total_size: total }, weight_map: map },
  };
}

const module = 'base_model.model.model.layers.0.self_attn.q_proj';

/** Factors of rank 2 for one module of the tiny Llama. */
export function factors(name = module): TensorSpec {
  return {
    [`${name}.lora_A.weight`]: values([2, width]),
    [`${name}.lora_B.weight`]: values([width, 2]),
  };
}

export const adapterConfig = {
  peft_type: 'LORA',
  base_model_name_or_path: '../base',
  r: 2,
  lora_alpha: 4,
  target_modules: ['q_proj'],
};

/** An adapter of it, whose base lies at `../base`. */
export function adapter(): Record<string, string | Uint8Array | object> {
  return {
    'adapter_config.json': adapterConfig,
    'adapter_model.safetensors': safetensors(factors(), { format: 'pt' }),
  };
}
