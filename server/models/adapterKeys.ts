/** What one key of an adapter file is for. Modules and tensors are named without PEFT's wrappers around them. */
export type AdapterKey =
  | { readonly part: FactorPart; readonly module: string }
  /** Of the factor B: with its scale, it adds to the bias of the module. */
  | { readonly part: 'bias'; readonly module: string }
  /** Of DoRA. PEFT strips the `.weight` that the parameter has had since 0.12, dumps of a model's own state keep it. */
  | { readonly part: 'magnitude'; readonly module: string }
  /** `trainable_token_indices`: rows of the module's weight. */
  | { readonly part: 'rows'; readonly module: string }
  | { readonly part: 'whole'; readonly tensor: string; readonly wrapped: boolean }
  /** Of no consequence: the untouched twin of a module that is held whole, and what only training needs. */
  | { readonly part: 'idle' }
  /** Not the key of a LoRA as PEFT writes it; `why` follows the name in a message. */
  | { readonly part: 'unsupported'; readonly why: string };

export type FactorPart = 'A' | 'B' | 'embedding_A' | 'embedding_B';

/** Everything that an adapter file may hold for one module. */
export type ModulePart = FactorPart | 'bias' | 'magnitude' | 'rows';

const prefix = 'base_model.model.';

const linear = /^(.+)\.lora_(A|B)(?:\.[^.]+)?\.weight$/s;
const embedding = /^(.+)\.lora_(embedding_A|embedding_B)(?:\.[^.]+)?$/s;
const bias = /^(.+)\.lora_B(?:\.[^.]+)?\.bias$/s;
const magnitude = /^(.+)\.lora_magnitude_vector(?:\.[^.]+){0,2}$/s;

const rows = /^(.+)\.token_adapter\.trainable_tokens_delta(?:\.[^.]+)?$/s;

/** Samplers and projections of VeLoRA and MonteCLoRA, which nothing but training uses, and what there was before training. */
const idle =
  /\.(?:lora_velora_embed|lora_monteclora_sampler|original_module|trainable_tokens_original|token_indices)(?:\.|$)/;

const unsupported: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\.trainable_tokens_\w+(?:\.|$)/, 'belongs to trained tokens of a kind that is not known here'],
  [/\.lora_(?:a|b)$/, 'is a factor of an MLX adapter'],
  [
    /[._]lora_(?:down|up)(?:\.|$)/,
    'is a factor in the style of Kohya, which language models are not trained with',
  ],
  [/\.lora_[^.]*(?:\.|$)/, 'is part of a LoRA of a kind that is not known here'],
];

/** Reads a key as PEFT has written it in any version, with the adapter's name in it or without. */
export function parseAdapterKey(key: string): AdapterKey {
  const name = key.startsWith(prefix) ? key.slice(prefix.length) : key;
  const [, module = '', part = ''] = linear.exec(name) ?? embedding.exec(name) ?? [];
  if (isFactorPart(part)) return { part, module };
  const [, biased] = bias.exec(name) ?? [];
  if (biased !== undefined) return { part: 'bias', module: biased };
  const [, rescaled] = magnitude.exec(name) ?? [];
  if (rescaled !== undefined) return { part: 'magnitude', module: rescaled };
  const [, partly] = rows.exec(name) ?? [];
  if (partly !== undefined) return { part: 'rows', module: partly };
  if (idle.test(name)) return { part: 'idle' };
  const why = unsupported.find(([pattern]) => pattern.test(name))?.[1];
  return why === undefined ? wholeTensor(name) : { part: 'unsupported', why };
}

/** Without the wrappers of modules that are held whole, or that have factors beside them. */
function wholeTensor(name: string): AdapterKey {
  const unwrapped = name.replace(/\.modules_to_save(?:\.default)?(?=\.)/, '');
  const tensor = unwrapped.replace(/(?:\.token_adapter)?\.base_layer(?=\.)/, '');
  return { part: 'whole', tensor, wrapped: unwrapped !== name };
}

function isFactorPart(part: string): part is FactorPart {
  return part === 'A' || part === 'B' || part === 'embedding_A' || part === 'embedding_B';
}
