import { ServerError } from '../../errors.ts';
import type { Checkpoint } from '../../models/model.ts';
import { nestedConfigs } from '../../models/nestedConfigs.ts';
import { placeOf } from '../../models/placeOf.ts';
import { isHead, isTokenEmbedding } from '../../models/tiedRoles.ts';
import { isComputable, whyNotComputable } from '../../tensors/computable.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';

/** What stands between the residual stream and the logits. */
export interface OutputHead {
  readonly norm: StoredTensor;
  /** The norm multiplies by 1 + its weight. */
  readonly addsOne: boolean;
  /** A LayerNorm, which takes the mean away first. */
  readonly centres: boolean;
  /** [tokens, width]; the embedding where the two are tied. */
  readonly unembedding: StoredTensor;
}

const norms = new Set('norm ln_f final_layer_norm final_layernorm norm_f final_norm'.split(' '));

/** Whose RMSNorm multiplies by 1 + weight in transformers 5: the Gemmas up to 3, and what was made after them. */
const addingOne =
  /^(?:gemma|gemma2|gemma3|gemma3_text|recurrent_gemma|vaultgemma|qwen3_next|qwen3_5\w*|t5gemma\w*)$/;

/**
 * Final norm and unembedding of a model, by their names. `missing-tensor` where one of them is not there, or
 * `unsupported-dtype` where its values cannot be had.
 */
export function outputHead({ path, tensors, config = {} }: Checkpoint): OutputHead {
  const all = [...tensors.values()];
  const unembedding = all.find(({ name }) => isHead(name)) ?? all.find(({ name }) => isTokenEmbedding(name));
  const width = unembedding?.shape[1];
  const isFinal = ({ name, shape }: StoredTensor) => {
    const { layer, module, group } = placeOf(name);
    const isNamed = norms.has(module) && name.endsWith('.weight') && group === 'norms';
    return isNamed && layer === undefined && shape.length === 1 && shape[0] === width;
  };
  const norm = all.find(isFinal);
  if (unembedding === undefined || norm === undefined) {
    const missing = unembedding === undefined ? 'unembedding (lm_head.weight or embeddings)' : 'final norm';
    const problem = `has no ${missing} that is known by its name, so nothing can be read in tokens`;
    throw new ServerError('missing-tensor', path, problem);
  }
  for (const tensor of [norm, unembedding]) refuse(tensor);
  const types = nestedConfigs(config).map((part) => part['model_type']);
  return {
    norm,
    unembedding,
    addsOne: types.some((type) => typeof type === 'string' && addingOne.test(type)),
    centres: tensors.has(norm.name.replace(/\.weight$/, '.bias')),
  };
}

function refuse(tensor: StoredTensor): void {
  if (isComputable(tensor)) return;
  const problem = `tensor "${tensor.name}" ${whyNotComputable(tensor)}, and cannot be read in tokens`;
  throw new ServerError('unsupported-dtype', tensor.file, problem, { tensor: tensor.name });
}
