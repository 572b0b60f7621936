import type { Layout } from '../../tensors/storedTensor.ts';

/** How an architecture of llama.cpp calls the parts of a model, and what it does to their values. */
export interface GgufArchitecture {
  /** `model_type` in transformers; of those that share an architecture the one it is named after. */
  readonly modelType: string;
  /** All that share it. */
  readonly modelTypes: readonly string[];
  readonly outside: Readonly<Record<string, string>>;
  /** What stands before the number of a layer. */
  readonly layers: string;
  readonly inLayer: Readonly<Record<string, string>>;
  /** How the values of a tensor lie, given its name there without `blk.N.`. */
  readonly layoutOf: (name: string, heads: Heads) => Layout | undefined;
}

export interface Heads {
  readonly queries: number | undefined;
  readonly keys: number | undefined;
}

const outside = { token_embd: 'model.embed_tokens', output_norm: 'model.norm', output: 'lm_head' };
const inLayer = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};
/** Gemma 2 and 3 have four norms in each layer. */
const fourNorms = {
  ...inLayer,
  post_attention_norm: 'post_attention_layernorm',
  ffn_norm: 'pre_feedforward_layernorm',
  post_ffw_norm: 'post_feedforward_layernorm',
};

const common = { outside, layers: 'model.layers.', inLayer, layoutOf: () => undefined };

/**
 * After llama.cpp's gguf-py/gguf/tensor_mapping.py and what its convert_hf_to_gguf.py does to values: `permute` for
 * Llama-like models, + 1 on Gemma's norms, GPT-2's Conv1D turned round.
 */
export const architectures: ReadonlyMap<string, GgufArchitecture> = new Map(
  Object.entries<GgufArchitecture>({
    llama: { ...common, modelType: 'llama', modelTypes: ['llama', 'mistral'], layoutOf: ropeLayout },
    qwen2: { ...common, modelType: 'qwen2', modelTypes: ['qwen2'] },
    qwen3: { ...common, modelType: 'qwen3', modelTypes: ['qwen3'] },
    gemma: { ...common, modelType: 'gemma', modelTypes: ['gemma'], layoutOf: normLayout },
    gemma2: {
      ...common,
      modelType: 'gemma2',
      modelTypes: ['gemma2'],
      inLayer: fourNorms,
      layoutOf: normLayout,
    },
    gemma3: {
      ...common,
      modelType: 'gemma3_text',
      modelTypes: ['gemma3_text'],
      inLayer: fourNorms,
      layoutOf: normLayout,
    },
    phi3: {
      ...common,
      modelType: 'phi3',
      modelTypes: ['phi3'],
      inLayer: { ...inLayer, attn_qkv: 'self_attn.qkv_proj', ffn_up: 'mlp.gate_up_proj' },
    },
    gpt2: {
      modelType: 'gpt2',
      modelTypes: ['gpt2'],
      outside: {
        token_embd: 'transformer.wte',
        position_embd: 'transformer.wpe',
        output_norm: 'transformer.ln_f',
        output: 'lm_head',
      },
      layers: 'transformer.h.',
      inLayer: {
        attn_norm: 'ln_1',
        attn_qkv: 'attn.c_attn',
        attn_output: 'attn.c_proj',
        ffn_norm: 'ln_2',
        ffn_up: 'mlp.c_fc',
        ffn_down: 'mlp.c_proj',
      },
      layoutOf: convolutionLayout,
    },
  }),
);

function ropeLayout(name: string, { queries, keys }: Heads): Layout | undefined {
  const heads = name.startsWith('attn_q.') ? queries : name.startsWith('attn_k.') ? keys : undefined;
  return heads === undefined ? undefined : { kind: 'rope', heads };
}

function normLayout(name: string): Layout | undefined {
  return name.endsWith('norm.weight') ? { kind: 'shifted' } : undefined;
}

function convolutionLayout(name: string): Layout | undefined {
  return /^(?:attn_qkv|attn_output|ffn_up|ffn_down)\.weight$/.test(name) ? { kind: 'turned' } : undefined;
}

/** The name in transformers of a tensor of a GGUF file; undefined where there is none. */
export function transformersName(name: string, architecture: GgufArchitecture): string | undefined {
  const [, layer, part = '', parameter = ''] = /^(?:blk\.(\d+)\.)?(\w+)\.(weight|bias)$/.exec(name) ?? [];
  const names = layer === undefined ? architecture.outside : architecture.inLayer;
  const found = Object.hasOwn(names, part) ? names[part] : undefined;
  if (found === undefined) return undefined;
  return layer === undefined
    ? `${found}.${parameter}`
    : `${architecture.layers}${layer}.${found}.${parameter}`;
}

/** The name in a GGUF file of a tensor of transformers; undefined where there is none. */
export function ggufName(
  name: string,
  { outside: parts, layers, inLayer: inside }: GgufArchitecture,
): string | undefined {
  const [, stem = '', parameter = ''] = /^(.+)\.(weight|bias)$/.exec(name) ?? [];
  const [, layer, part = ''] = stem.startsWith(layers)
    ? (/^(\d+)\.(.+)$/.exec(stem.slice(layers.length)) ?? [])
    : [];
  const found = Object.entries(layer === undefined ? parts : inside).find(
    ([, theirs]) => theirs === (layer === undefined ? stem : part),
  );
  if (found === undefined) return undefined;
  return `${layer === undefined ? '' : `blk.${layer}.`}${found[0]}.${parameter}`;
}
