import type { DType } from '#protocol/tensors.ts';
import { type FineTune, touchedNames, valueOf } from '../directions/fineTune.ts';
import type { Term } from '../directions/term.ts';
import { dense } from '../directions/terms.ts';
import { ServerError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import { tiedRolesOf } from '../models/tiedRoles.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import { storedTensors } from './storedTensors.ts';

/** A tensor of a model that is compared: stored, or the sum of what is stored and what an adapter adds to it. */
export interface ComparedTensor {
  readonly name: string;
  /** As stored, without the adapter. */
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly terms: readonly Term[];
}

/**
 * By name: a model's own tensors as they are stored, an adapter's factors among them; of a checkpoint with an adapter
 * on it the values that it stands for. A training run is `not-a-model`.
 */
export function comparedTensors(model: Model | FineTune): ReadonlyMap<string, ComparedTensor> {
  if ('changes' in model) return sums(model);
  if (model.kind !== 'run') {
    return new Map(
      storedTensors(model).map((stored) => [stored.name, { ...stored, terms: [dense(stored)] }]),
    );
  }
  const last = model.checkpoints.at(-1)?.path ?? 'checkpoint-100';
  const problem = `is a training run; compare one of its checkpoints, such as ${last}`;
  throw new ServerError('not-a-model', model.path, problem);
}

/** What is stored of a tensor, where that is all of it. */
export function storedValues({ terms: [term, ...others] }: ComparedTensor): StoredTensor | undefined {
  const isWhole = others.length === 0 && term?.kind === 'dense' && term.scale === 1;
  return isWhole ? term.tensor : undefined;
}

function sums(model: FineTune): ReadonlyMap<string, ComparedTensor> {
  const { checkpoint } = model;
  const tied = checkpoint === undefined ? undefined : tiedRolesOf(checkpoint);
  const tensors = [...touchedNames(model)].flatMap((name): readonly ComparedTensor[] => {
    const stored = checkpoint?.tensors.get(name === tied?.head ? tied.embedding : name);
    const terms = valueOf(model, name, tied);
    if (stored === undefined || terms === undefined) return [];
    return [{ name, dtype: stored.dtype, shape: stored.shape, terms }];
  });
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}
