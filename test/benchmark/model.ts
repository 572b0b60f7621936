import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeTokenizer } from './tokenizer.ts';

/** The shapes of Qwen2-0.5B: 494 million parameters, 988 MB in bfloat16; head and embedding are one tensor. */
const configuration = {
  architectures: ['Qwen2ForCausalLM'],
  model_type: 'qwen2',
  hidden_size: 896,
  intermediate_size: 4864,
  num_hidden_layers: 24,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  vocab_size: 151_936,
  max_position_embeddings: 32_768,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
};

const {
  hidden_size: hidden,
  intermediate_size: wide,
  num_hidden_layers: layers,
  vocab_size: words,
} = configuration;
const keys = 128;
const rank = 32;

type Shape = readonly number[];

const matrices: Readonly<Record<string, readonly [number, number]>> = {
  'self_attn.q_proj': [hidden, hidden],
  'self_attn.k_proj': [keys, hidden],
  'self_attn.v_proj': [keys, hidden],
  'self_attn.o_proj': [hidden, hidden],
  'mlp.gate_proj': [wide, hidden],
  'mlp.up_proj': [wide, hidden],
  'mlp.down_proj': [hidden, wide],
};

/** Where the models lie; `adapters` are a pair of rank 32 on the base. */
export interface Models {
  readonly base: string;
  readonly positive: string;
  readonly negative: string;
  readonly adapters: { readonly positive: string; readonly negative: string };
}

/** Writes the models into a folder, once: 3 GB. What an interrupted run has left is written again. */
export function ensureModels(folder: string): Models {
  const at = (name: string) => join(folder, name);
  const adapters = { positive: at('adapter-positive'), negative: at('adapter-negative') };
  const models = { base: at('base'), positive: at('positive'), negative: at('negative'), adapters };
  const checkpoints = [models.base, models.positive, models.negative];
  for (const [seed, path] of checkpoints.entries()) once(path, (partial) => writeCheckpoint(partial, seed));
  once(adapters.positive, (partial) => writeAdapter(partial, 1));
  once(adapters.negative, (partial) => writeAdapter(partial, 2));
  return models;
}

/** Writes what is generated from, once: the base, with a tokenizer of its size, and an adapter on it. */
export function ensureGenerationModels(folder: string): { readonly base: string; readonly adapter: string } {
  const [base, adapter] = [join(folder, 'base'), join(folder, 'adapter-positive')];
  once(base, (partial) => writeCheckpoint(partial, 0));
  once(adapter, (partial) => writeAdapter(partial, 1));
  writeTokenizer(base, words);
  return { base, adapter };
}

function once(path: string, write: (partial: string) => void): void {
  if (existsSync(path)) return;
  const partial = `${path}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  write(partial);
  renameSync(partial, path);
}

function writeCheckpoint(folder: string, seed: number): void {
  writeFileSync(join(folder, 'config.json'), JSON.stringify(configuration));
  writeTensors(join(folder, 'model.safetensors'), checkpointShapes(), seed);
}

function checkpointShapes(): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>([['model.embed_tokens.weight', [words, hidden]]]);
  for (let layer = 0; layer < layers; layer++) {
    const name = (rest: string) => `model.layers.${layer}.${rest}`;
    for (const [module, shape] of Object.entries(matrices)) shapes.set(name(`${module}.weight`), shape);
    for (const module of ['q', 'k', 'v']) {
      shapes.set(name(`self_attn.${module}_proj.bias`), [module === 'q' ? hidden : keys]);
    }
    for (const norm of ['input_layernorm', 'post_attention_layernorm'])
      shapes.set(name(`${norm}.weight`), [hidden]);
  }
  return shapes.set('model.norm.weight', [hidden]);
}

function writeAdapter(folder: string, seed: number): void {
  const target_modules = Object.keys(matrices).map((name) => name.slice(name.indexOf('.') + 1));
  const adapter = {
    peft_type: 'LORA',
    base_model_name_or_path: '../base',
    r: rank,
    lora_alpha: 16,
    target_modules,
  };
  writeFileSync(
    join(folder, 'adapter_config.json'),
    JSON.stringify({ ...adapter, bias: 'none', task_type: 'CAUSAL_LM' }),
  );
  const shapes = new Map<string, Shape>();
  for (let layer = 0; layer < layers; layer++) {
    for (const [module, [rows, columns]] of Object.entries(matrices)) {
      const name = `base_model.model.model.layers.${layer}.${module}`;
      shapes.set(`${name}.lora_A.weight`, [rank, columns]).set(`${name}.lora_B.weight`, [rows, rank]);
    }
  }
  writeTensors(join(folder, 'adapter_model.safetensors'), shapes, seed);
}

/** All bfloat16. `seed` 0 is the base; others lie a few steps from it, element by element, as fine-tunes do. */
function writeTensors(path: string, shapes: ReadonlyMap<string, Shape>, seed: number): void {
  let end = 0;
  const entries = [...shapes].map(([name, shape]) => {
    const start = end;
    end += 2 * shape.reduce((product, size) => product * size, 1);
    return [name, { dtype: 'BF16', shape, data_offsets: [start, end] }];
  });
  const json = JSON.stringify(Object.fromEntries(entries));
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = openSync(path, 'w');
  writeSync(file, Buffer.concat([length, header]));
  for (let done = 0; done < end; done += pool.byteLength) {
    writeSync(file, valuesAt(done / pool.byteLength, seed), 0, Math.min(pool.byteLength, end - done));
  }
  closeSync(file);
}

/** Weights with a standard deviation of 0.02, normal as sums of uniform numbers are. */
const pool = Uint16Array.from({ length: 2 ** 22 }, (_, index) => {
  let sum = 0;
  for (let part = 0; part < 8; part++) sum += hash(8 * index + part) / 2 ** 32 - 0.5;
  return new Uint32Array(Float32Array.of(0.0245 * sum).buffer)[0]! >>> 16;
});

/** Magnitudes of a piece of the pool, up to three steps away; every piece of every model is different. */
function valuesAt(piece: number, seed: number): Uint8Array {
  const values = pool.map((_, index) => {
    const turned = pool[(index + 7919 * piece) % pool.length]!;
    if (seed === 0) return turned;
    const steps = (hash(index + (piece * 31 + seed) * pool.length) % 7) - 3;
    return (turned & 0x8000) | Math.max(0x0080, (turned & 0x7fff) + steps);
  });
  return new Uint8Array(values.buffer);
}

/** 32 bits that look random, from a number. */
function hash(value: number): number {
  let bits = Math.imul(value ^ 0x9e3779b9, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
