import { basename, dirname } from 'node:path';
import type { Outcome } from '#protocol/failure.ts';
import type { AdapterSummary, CheckpointSummary, DirectionSummary, ModelSummary } from '#protocol/models.ts';
import type { DType } from '#protocol/tensors.ts';
import { storedTensors } from '../analysis/storedTensors.ts';
import { toFailure } from '../errors.ts';
import { architectureOf } from '../models/architecture.ts';
import type { Adapter, Checkpoint, StoredDirection } from '../models/model.ts';
import { trainingRunOf } from '../models/run.ts';
import { elementCount } from '../tensors/dtype.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import { openReference } from './openReference.ts';
import type { TaskContext } from './taskContext.ts';

/** What is at each path; what cannot be read has its failure in its place. */
export async function describeModels(
  paths: readonly string[],
  context: TaskContext,
): Promise<readonly Outcome<ModelSummary>[]> {
  const described: Outcome<ModelSummary>[] = [];
  for (const path of paths) {
    try {
      described.push({ ok: true, value: await describeModel(path, context) });
    } catch (error) {
      context.signal.throwIfAborted();
      described.push({ ok: false, failure: toFailure(error) });
    }
  }
  return described;
}

async function describeModel(path: string, context: TaskContext): Promise<ModelSummary> {
  const model = await openReference(path, { ...context, folder: dirname(path), mayWrite: false });
  switch (model.kind) {
    case 'checkpoint':
      return checkpointSummary(model);
    case 'adapter':
      return await adapterSummary(model);
    case 'direction':
      return directionSummary(model);
    case 'run':
      return { kind: 'run', path, name: basename(path), checkpoints: model.checkpoints };
  }
}

function checkpointSummary(model: Checkpoint): CheckpointSummary {
  const tensors = storedTensors(model);
  return {
    kind: 'checkpoint',
    path: model.path,
    name: model.hubId ?? basename(model.path),
    architecture: architectureOf(model.config),
    parameters: parametersOf(tensors),
    bytes: bytesOf(tensors),
    dtype: prevalent(tensors),
    files: model.files.length,
  };
}

async function adapterSummary(model: Adapter): Promise<AdapterSummary> {
  const { path, config, factors, parameters = [] } = model;
  const pairs = [...factors, ...parameters.flatMap(({ candidates }) => candidates)];
  const tensors = storedTensors(model);
  const run = await trainingRunOf(path, path);
  return {
    kind: 'adapter',
    path,
    name: basename(path),
    rank: Math.max(0, ...pairs.map(({ rank }) => rank)),
    base: config.base ?? null,
    parameters: parametersOf(tensors),
    bytes: bytesOf(tensors),
    steps: (run?.checkpoints ?? []).map(({ step }) => step),
  };
}

function directionSummary(model: StoredDirection): DirectionSummary {
  const { path, manifest, adapter } = model;
  const ranks = (adapter?.factors ?? []).map(({ rank }) => rank);
  return {
    kind: 'direction',
    path,
    name: manifest.name,
    description: manifest.description ?? null,
    rank: ranks.length === 0 ? null : Math.max(...ranks),
    norm: manifest.norm,
    relativeNorm: null,
    base: manifest.base?.reference ?? null,
    bytes: bytesOf(storedTensors(model)),
    created: manifest.created,
  };
}

function parametersOf(tensors: readonly StoredTensor[]): number {
  return tensors.reduce((sum, { shape }) => sum + (elementCount(shape) ?? 0), 0);
}

function bytesOf(tensors: readonly StoredTensor[]): number {
  return tensors.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What most parameters are. */
function prevalent(tensors: readonly StoredTensor[]): DType | null {
  const counts = new Map<DType, number>();
  for (const { dtype, shape } of tensors)
    counts.set(dtype, (counts.get(dtype) ?? 0) + (elementCount(shape) ?? 0));
  const [most] = [...counts].toSorted(([, one], [, other]) => other - one);
  return most?.[0] ?? null;
}
