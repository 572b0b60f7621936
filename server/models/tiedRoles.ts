import type { JsonObject } from './jsonFile.ts';
import type { Checkpoint } from './model.ts';
import { nestedConfigs } from './nestedConfigs.ts';
import { placeOf } from './placeOf.ts';
import { tiedByDefault } from './tiedByDefault.ts';

const heads = new Set(
  ['lm_head', 'language_model.lm_head', 'embed_out', 'output'].map((name) => `${name}.weight`),
);

/** Short names of the matrices of input embeddings; those of positions are none. */
const embeddings = new Set(
  'embed_tokens wte embed_in word_embeddings tok_embeddings tokens_embed embeddings embedding'.split(' '),
);

/**
 * Whether the configuration ties input and output embeddings: as it says itself, else as the language model's part of
 * it says, else as its `model_type` does by default.
 */
export function tiesEmbeddings(config: JsonObject | undefined): boolean {
  if (config === undefined) return false;
  const said = nestedConfigs(config).map((part) => part['tie_word_embeddings']);
  const type = config['model_type'];
  return (
    said.find((value) => typeof value === 'boolean') ?? (typeof type === 'string' && tiedByDefault.has(type))
  );
}

/** Whether a tensor of this name is an output head. */
export function isHead(name: string): boolean {
  return heads.has(name);
}

/**
 * Names of the two roles that one stored tensor has, the head's as transformers would call it; undefined where the
 * embeddings are not tied.
 */
export function tiedRolesOf({
  tensors,
  tied,
}: Pick<Checkpoint, 'tensors' | 'tied'>): { readonly embedding: string; readonly head: string } | undefined {
  const embedding = tied ? [...tensors.keys()].find(isTokenEmbedding) : undefined;
  return embedding === undefined ? undefined : { embedding, head: headFor(embedding) };
}

/** Whether a tensor of this name holds the input embeddings of tokens. */
export function isTokenEmbedding(name: string): boolean {
  const { module, group } = placeOf(name);
  return group === 'embeddings' && name.endsWith('.weight') && embeddings.has(module);
}

function headFor(embedding: string): string {
  if (embedding.endsWith('embed_in.weight')) return 'embed_out.weight';
  return embedding.startsWith('language_model.') ? 'language_model.lm_head.weight' : 'lm_head.weight';
}
