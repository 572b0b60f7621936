import type { Checkpoint } from './model.ts';

const heads = [
  'lm_head.weight',
  'language_model.lm_head.weight',
  'embed_out.weight',
  'output.weight',
] as const;

/** Names that input embeddings have, prefixes left out. */
const embeddings = [
  'embed_tokens.weight',
  'wte.weight',
  'embed_in.weight',
  'word_embeddings.weight',
] as const;

/**
 * `model_type`s of decoders that tie their embeddings unless their configuration says otherwise, from the defaults of
 * the configuration classes of transformers 5.23; all other types do not.
 */
const tiedByDefault: ReadonlySet<string> = new Set([
  'biogpt',
  'bloom',
  'codegen2',
  'cohere',
  'cohere2',
  'cohere2_moe',
  'cohere2_vision',
  'ctrl',
  'ernie4_5',
  'ernie4_5_moe',
  'falcon',
  'falcon_mamba',
  'gemma',
  'gemma2',
  'gemma3',
  'gemma3_text',
  'gemma3n',
  'gemma3n_text',
  'gemma4',
  'gemma4_text',
  'gpt-sw3',
  'gpt2',
  'gpt_bigcode',
  'gpt_neo',
  'granite_swa',
  'jetmoe',
  'lfm2',
  'lfm2_moe',
  'lfm2_vl',
  'lfm3',
  'mamba',
  'minicpm3',
  'mpt',
  'openai-gpt',
  'opt',
  'paligemma',
  'recurrent_gemma',
  'smollm3',
  'starcoder2',
  'vaultgemma',
  'xglm',
  'youtu',
  'zamba',
  'zamba2',
]);

/** Whether the configuration ties input and output embeddings: as it says, else as its `model_type` does by default. */
export function tiesEmbeddings(config: Readonly<Record<string, unknown>> | undefined): boolean {
  if (config === undefined) return false;
  const inner = config['text_config'];
  const text = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  const said = [config, text].map((part) =>
    'tie_word_embeddings' in part ? part.tie_word_embeddings : undefined,
  );
  const first = said.find((value) => typeof value === 'boolean');
  return typeof first === 'boolean' ? first : tiedByDefault.has(String(config['model_type']));
}

/** Whether a tensor of this name is an output head. */
export function isHead(name: string): boolean {
  return heads.some((head) => head === name);
}

/** Names of the two roles that one stored tensor has; undefined where the embeddings are not tied. */
export function tiedRolesOf({
  tensors,
  tied,
}: Pick<Checkpoint, 'tensors' | 'tied'>): { readonly embedding: string; readonly head: string } | undefined {
  if (!tied) return undefined;
  const embedding = [...tensors.keys()].find((name) =>
    embeddings.some((last) => name === last || name.endsWith(`.${last}`)),
  );
  if (embedding === undefined) return undefined;
  const isNested = embedding.startsWith('language_model.');
  const isNeoX = embedding.endsWith('embed_in.weight');
  return {
    embedding,
    head: isNeoX ? 'embed_out.weight' : isNested ? 'language_model.lm_head.weight' : 'lm_head.weight',
  };
}
