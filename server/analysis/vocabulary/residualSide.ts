import type { Checkpoint } from '../../models/model.ts';
import { isConvolution } from '../../models/orientation.ts';
import { placeOf } from '../../models/placeOf.ts';
import type { DirectionTensor } from '../../directions/term.ts';

/** Modules at the end of a branch, which add to the residual stream; `dense` does so in attention alone. */
const writers = new Set(
  'o_proj out_proj wo c_proj down_proj fc2 fc_out w2 dense_4h_to_h dense output_linear'.split(' '),
);

/** Names of such modules, for messages. */
export const exampleWriters = 'o_proj, down_proj, c_proj and the like';

/**
 * Which singular vectors of a tensor lie in the residual stream: those on the side of its outputs, where the tensor is one
 * of a layer that writes there. Undefined for all others, and for stacks of experts, which have no singular vectors.
 */
export function residualSide(
  { name, shape }: Pick<DirectionTensor, 'name' | 'shape'>,
  { config, width }: { readonly config: Checkpoint['config']; readonly width: number },
): 'left' | 'right' | undefined {
  const { layer, module, group } = placeOf(name);
  const isWriter = writers.has(module) && (module !== 'dense' || group === 'attention');
  if (layer === undefined || !isWriter || shape.length !== 2 || !name.endsWith('.weight')) return undefined;
  const side = isConvolution({ config, module: name.slice(0, -'.weight'.length) }) ? 'right' : 'left';
  return shape[side === 'left' ? 0 : 1] === width ? side : undefined;
}
