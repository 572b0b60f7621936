import type { Warning } from '#protocol/failure.ts';
import { JobBuilder } from '../../directions/jobBuilder.ts';
import { ServerError } from '../../errors.ts';
import { placeOf } from '../../models/placeOf.ts';
import { tiedRolesOf } from '../../models/tiedRoles.ts';
import { layOutGguf, type WrittenValue } from '../../tensors/gguf/ggufWriter.ts';
import { adapterTensors } from '../adapter/adapterTensors.ts';
import type { FactorPair } from '../adapter/factorPair.ts';
import type { Target } from '../checkpoint/targetTensors.ts';
import { idleKeys } from '../idleKeys.ts';
import type { OutputPlan, Plan, PlannedFile } from '../plan.ts';
import type { SteerRequest } from '../request.ts';
import { traffic } from '../traffic.ts';
import { type GgufFilling, ggufFillings } from './ggufFillings.ts';
import { llamaModel } from './llamaModel.ts';

export const ggufAdapterName = 'adapter.gguf';

/**
 * An adapter that llama.cpp loads, for each strength the same file: w at strength 1, so that the scale given to
 * llama.cpp is the strength. `base-not-found` without a target whose names and heads are known, `not-low-rank` for what
 * llama.cpp does not take (tensors held whole, embeddings, a target's own adapter).
 */
export function ggufAdapterPlan(
  { resolved, outputs }: SteerRequest,
  target: Target | undefined,
): Omit<Plan, 'hash'> {
  const { recipe, direction } = resolved;
  const { model, pairs } = contents({ resolved, outputs, format: 'gguf-adapter' }, target);
  const rank = Math.max(1, ...pairs.map((pair) => pair.rank));
  const builder = new JobBuilder();
  const fillings = pairs.flatMap((pair) => ggufFillings(builder, pair, { model, alpha: rank }));
  const file = fillAll(fillings, {
    values: metadata(model.architecture, direction.name, rank),
    outputs: outputs.length,
  });
  const job = builder.job([]);
  return {
    name: recipe.name,
    format: 'gguf-adapter',
    outputs: outputs.map(({ path, strength }): OutputPlan => {
      const tensors = { changed: pairs.length, copied: 0 };
      return { path, strength, texts: [], copies: [], tensors, bytesWritten: file.size };
    }),
    files: [file],
    job,
    rank,
    dtype: undefined,
    bytesRead: traffic(job).read,
    warnings: [...idleKeys(recipe, 'gguf-adapter'), ...sameFiles(outputs, recipe.folder)],
  };
}

/** What the file is made of, or why there cannot be one. */
function contents({ resolved }: SteerRequest, target: Target | undefined) {
  const { recipe, direction } = resolved;
  if (target === undefined) {
    const problem =
      'the base was not found, and without it nobody knows what llama.cpp calls its tensors; name it with `base:`';
    throw new ServerError('base-not-found', recipe.folder, problem);
  }
  if (target.changes.size > 0) {
    const problem = `is an adapter on its base, which llama.cpp's scale would move along; steer the base, and give llama.cpp both adapters`;
    throw new ServerError('not-low-rank', target.path, problem);
  }
  const { pairs, whole } = adapterTensors(resolved, target);
  const [odd] = [
    ...whole.map(({ name }) => name),
    ...pairs.map(({ tensor }) => tensor).filter((name) => isRefused(name, target)),
  ];
  if (odd !== undefined) {
    const problem = `${direction.name} changes ${odd}, which llama.cpp does not take from an adapter; leave it out with \`exclude:\``;
    throw new ServerError('not-low-rank', recipe.folder, problem, { tensor: odd });
  }
  if (pairs.length > 0) return { model: llamaModel(target.checkpoint), pairs: sorted(pairs) };
  throw new ServerError(
    'nothing-selected',
    recipe.folder,
    `${direction.name} is zero; there is nothing to write into an adapter`,
  );
}

/** Embeddings are looked up and not multiplied there; a tied head is the embedding's matrix once more. */
function isRefused(tensor: string, { checkpoint }: Target): boolean {
  const { group } = placeOf(tensor);
  return group === 'embeddings' || (group === 'head' && tiedRolesOf(checkpoint) !== undefined);
}

/** By layer and name, so that the same w makes the same file whatever the order of the base's tensors. */
function sorted(pairs: readonly FactorPair[]): readonly FactorPair[] {
  return pairs.toSorted(
    (one, other) => layerOf(one) - layerOf(other) || (one.tensor < other.tensor ? -1 : 1),
  );
}

function layerOf({ tensor }: FactorPair): number {
  return placeOf(tensor).layer ?? Number.MAX_SAFE_INTEGER;
}

/** As llama.cpp's convert_lora_to_gguf.py writes it; with alpha = rank its scale is multiplied by 1. */
function metadata(architecture: string, name: string, alpha: number): ReadonlyMap<string, WrittenValue> {
  return new Map<string, WrittenValue>([
    ['general.architecture', { kind: 'text', value: architecture }],
    ['general.type', { kind: 'text', value: 'adapter' }],
    ['general.name', { kind: 'text', value: name }],
    ['adapter.type', { kind: 'text', value: 'lora' }],
    ['adapter.lora.alpha', { kind: 'float32', value: alpha }],
  ]);
}

interface Filled {
  readonly values: ReadonlyMap<string, WrittenValue>;
  readonly outputs: number;
}

function fillAll(fillings: readonly GgufFilling[], { values, outputs }: Filled): PlannedFile {
  const { header, offsets, size } = layOutGguf(values, fillings);
  for (const [index, { fill }] of fillings.entries()) {
    const offset = offsets[index] ?? 0;
    fill(Array.from({ length: outputs }, (_, file) => ({ file, offset, strength: 1 })));
  }
  return { name: ggufAdapterName, size, header };
}

function sameFiles(outputs: SteerRequest['outputs'], file: string): readonly Warning[] {
  if (outputs.length < 2) return [];
  const message = `One GGUF adapter serves every strength, as llama.cpp's scale; the ${outputs.length} outputs hold the same file.`;
  return [{ code: 'same-adapters', message, file }];
}
