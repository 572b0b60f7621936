import { createFineTune, type FineTune } from '../../../server/directions/fineTune.ts';
import type { Term } from '../../../server/directions/term.ts';
import type { Adapter, AdapterFactors, AdapterTensor, Checkpoint } from '../../../server/models/model.ts';
import type { StoredTensor } from '../../../server/tensors/storedTensor.ts';

export function stored(
  file: string,
  name: string,
  shape: readonly number[] = [4, 6],
  dtype: StoredTensor['dtype'] = 'F32',
): StoredTensor {
  return { name, dtype, shape, file, offset: 0, bytes: 0 };
}

export function checkpoint(file: string, tensors: readonly StoredTensor[], tied = false): Checkpoint {
  return {
    kind: 'checkpoint',
    reference: file,
    path: `/${file}`,
    files: [],
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    tied,
    warnings: [],
  };
}

/** Rank 2 on a [4, 6] weight. */
export function factors(file: string, tensor: string, scale = 2): AdapterFactors {
  const module = tensor.slice(0, -'.weight'.length);
  return {
    module,
    tensor,
    A: stored(file, `${module}.lora_A.weight`, [2, 6]),
    B: stored(file, `${module}.lora_B.weight`, [4, 2]),
    rank: 2,
    alpha: 2 * scale,
    scale,
    transposed: false,
    embedding: false,
  };
}

export function adapter(
  file: string,
  parts: {
    readonly factors?: readonly AdapterFactors[];
    readonly whole?: readonly AdapterTensor[];
    readonly tying?: boolean;
    readonly raw?: Readonly<Record<string, unknown>>;
  },
): Adapter {
  return {
    kind: 'adapter',
    reference: file,
    path: `/${file}`,
    files: [],
    factors: parts.factors ?? [],
    whole: parts.whole ?? [],
    config: {
      raw: parts.raw ?? {},
      rank: 2,
      alpha: 4,
      rsLora: false,
      fanInFanOut: false,
      targetModules: undefined,
      modulesToSave: [],
      ensureWeightTying: parts.tying ?? false,
      base: undefined,
      revision: undefined,
    },
    warnings: [],
  };
}

export function fineTune(of: { readonly checkpoint?: Checkpoint; readonly adapter?: Adapter }): FineTune {
  const label = (of.adapter ?? of.checkpoint)?.reference ?? 'base';
  return createFineTune({ label, path: `/${label}`, checkpoint: of.checkpoint, adapter: of.adapter });
}

/** A term in short: scale, and the files and names of what it reads. */
export function brief(term: Term): string {
  if (term.kind === 'dense') return `${term.scale} ${term.tensor.file}:${term.tensor.name}`;
  if (term.kind === 'rescaled')
    return `${term.scale} ${brief(term.base)} + ${brief(term.change)} to ${term.lengths.name}`;
  if (term.kind === 'rows') return `${term.scale} rows of ${term.tensor.name}`;
  if (term.kind === 'experts') return `${term.scale} experts of ${term.A.name}`;
  const turned = term.left.transposed ? 'ᵀ' : '';
  return `${term.scale} ${term.left.tensor.file}:${term.left.tensor.name}${turned} ${term.right.tensor.name}${turned}`;
}
