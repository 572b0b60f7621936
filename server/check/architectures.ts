import type { JsonObject } from '../models/jsonFile.ts';

/** A dimension of a tensor: a field of `config.json`, or what is computed from several. */
export type Axis =
  | 'vocab_size'
  | 'hidden_size'
  | 'intermediate_size'
  | 'queries'
  | 'keys'
  | 'positions'
  | 'fused';

/** What the tensors of an architecture look like, as far as the configuration says. */
export interface Architecture {
  /** By the end of a name, the axes of its shape. */
  readonly shapes: ReadonlyMap<string, readonly Axis[]>;
  /** Every layer has the same tensors. */
  readonly isUniform: boolean;
  /** The configuration class's own value where `num_key_value_heads` is not written. */
  readonly keysAsQueries: boolean;
  /** Without `head_dim`, a head is `hidden_size / num_attention_heads`. */
  readonly headsDivideWidth: boolean;
}

const llamaShapes = new Map<string, readonly Axis[]>([
  ['embed_tokens.weight', ['vocab_size', 'hidden_size']],
  ['lm_head.weight', ['vocab_size', 'hidden_size']],
  ['self_attn.q_proj.weight', ['queries', 'hidden_size']],
  ['self_attn.k_proj.weight', ['keys', 'hidden_size']],
  ['self_attn.v_proj.weight', ['keys', 'hidden_size']],
  ['self_attn.o_proj.weight', ['hidden_size', 'queries']],
  ['mlp.gate_proj.weight', ['intermediate_size', 'hidden_size']],
  ['mlp.up_proj.weight', ['intermediate_size', 'hidden_size']],
  ['mlp.down_proj.weight', ['hidden_size', 'intermediate_size']],
  ['input_layernorm.weight', ['hidden_size']],
  ['model.norm.weight', ['hidden_size']],
]);

const gptShapes = new Map<string, readonly Axis[]>([
  ['wte.weight', ['vocab_size', 'hidden_size']],
  ['wpe.weight', ['positions', 'hidden_size']],
  ['attn.c_attn.weight', ['hidden_size', 'fused']],
  ['attn.c_proj.weight', ['hidden_size', 'hidden_size']],
  ['ln_f.weight', ['hidden_size']],
]);

const llama = { shapes: llamaShapes, isUniform: true, keysAsQueries: false, headsDivideWidth: true };
const withOwnHeads = { ...llama, headsDivideWidth: false };

/** `model_type`s whose shapes are known here; of all others nothing is said that needs them. */
const known = new Map<string, Architecture>([
  ['llama', { ...llama, keysAsQueries: true }],
  ...[
    'mistral',
    'qwen2',
    'olmo',
    'olmo2',
    'granite',
    'smollm3',
    'seed_oss',
    'arcee',
    'cohere',
    'cohere2',
    'stablelm',
  ].map((type) => [type, llama] as const),
  ...['qwen3', 'gemma', 'gemma2', 'gemma3_text', 'ministral', 'helium'].map(
    (type) => [type, withOwnHeads] as const,
  ),
  ['gpt2', { ...llama, shapes: gptShapes }],
]);

/** The architecture of a configuration, where its tensors are known. */
export function architectureOf(config: JsonObject): Architecture | undefined {
  const type = config['model_type'];
  return typeof type === 'string' && config['quantization_config'] === undefined
    ? known.get(type)
    : undefined;
}

/** Where a dimension comes from: its size, and the field that says so. */
export interface Dimension {
  readonly size: number;
  readonly field: string;
}

/** What a configuration says of a dimension; undefined where it says nothing. */
export function dimensionOf(
  axis: Axis,
  config: JsonObject,
  architecture: Architecture,
): Dimension | undefined {
  switch (axis) {
    case 'hidden_size':
      return field(config, 'hidden_size') ?? field(config, 'n_embd');
    case 'positions':
      return field(config, 'n_positions');
    case 'fused':
      return times(field(config, 'n_embd'), 3);
    case 'queries':
      return times(field(config, 'num_attention_heads'), headSize(config, architecture));
    case 'keys':
      return times(keyHeads(config, architecture), headSize(config, architecture));
    case 'vocab_size':
    case 'intermediate_size':
      return field(config, axis);
  }
}

function keyHeads(config: JsonObject, { keysAsQueries }: Architecture): Dimension | undefined {
  const own = field(config, 'num_key_value_heads');
  return own ?? (keysAsQueries ? field(config, 'num_attention_heads') : undefined);
}

function headSize(config: JsonObject, { headsDivideWidth }: Architecture): number | undefined {
  const own = field(config, 'head_dim')?.size;
  if (own !== undefined || !headsDivideWidth) return own;
  const [width, heads] = [field(config, 'hidden_size')?.size, field(config, 'num_attention_heads')?.size];
  return width === undefined || heads === undefined || width % heads !== 0 ? undefined : width / heads;
}

function field(config: JsonObject, name: string): Dimension | undefined {
  const size = config[name];
  return typeof size === 'number' && Number.isSafeInteger(size) && size > 0
    ? { size, field: name }
    : undefined;
}

function times(dimension: Dimension | undefined, factor: number | undefined): Dimension | undefined {
  if (dimension === undefined || factor === undefined) return undefined;
  return { ...dimension, size: dimension.size * factor };
}
