import { basename } from 'node:path';
import type { OpenedFile, OpenedModel } from '#protocol/viewer.ts';
import { inspect } from '../analysis/inspect.ts';
import { storedTensors } from '../analysis/storedTensors.ts';
import { dtypeShares } from '../analysis/viewer/dtypeShares.ts';
import { tensorColumns } from '../analysis/viewer/tensorColumns.ts';
import { adapterFacts } from '../models/adapterFacts.ts';
import { architectureOf } from '../models/architecture.ts';
import type { Model, WeightsFile } from '../models/model.ts';
import { layerCount } from '../models/placeOf.ts';
import { provenanceOf } from '../models/provenance.ts';
import { tiedRolesOf } from '../models/tiedRoles.ts';
import { tokenizerFacts } from '../models/tokenizerFacts.ts';
import type { WholeModel } from '../models/wholeModel.ts';
import { shownPath } from '../shownPath.ts';
import { memoryEstimates } from './memoryEstimates.ts';
import type { TaskContext } from './taskContext.ts';
import { folderOf, type ViewedModels } from './viewedModels.ts';

/** What a viewer paints first, from headers and small files alone. Errors: those of `openModel`. */
export async function viewModel(
  path: string,
  models: ViewedModels,
  context: TaskContext,
): Promise<OpenedModel> {
  const { signal } = context;
  const whole = await models.open(path, context);
  const { model } = whole;
  const folder = folderOf(whole);
  const tensors = storedTensors(model);
  const { kind, format, parameters, bytes, checkpoints = [] } = inspect(model);
  const config = model.kind === 'checkpoint' ? model.config : undefined;
  const files = model.kind === 'run' ? [] : model.files;
  const placedAs = baseNames(model);
  const places = tensors.map(({ name }) => placedAs.get(name) ?? name);
  const warnings = [...whole.warnings, ...(model.kind === 'run' ? [] : model.warnings)];
  return {
    path: model.path,
    name: nameOf(model),
    kind,
    format,
    asked: askedOf(whole, files),
    architecture: architectureOf(config),
    layers: layerCount(places, config),
    parameters,
    bytes,
    dtypes: dtypeShares(tensors),
    files: files.map((file) => toFile(file, folder)),
    tied: model.kind === 'checkpoint' ? (tiedRolesOf(model) ?? null) : null,
    tokenizer: kind === 'file' ? null : await tokenizerFacts(folder, config, signal),
    adapter: model.kind === 'adapter' ? adapterFacts(model) : null,
    memory: memoryEstimates(model, { tensors: tensors.length, bytes }),
    provenance: await provenanceOf(model, folder, signal),
    metadata: metadataOf(files),
    checkpoints,
    tensors: tensorColumns(tensors, { files: files.map((file) => file.path), placedAs }),
    ...(warnings.length > 0 && { warnings }),
  };
}

function nameOf(model: Model): string {
  const hubId = 'hubId' in model ? model.hubId : undefined;
  return hubId ?? (model.kind === 'direction' ? model.manifest.name : basename(model.path));
}

function askedOf({ asked }: WholeModel, files: readonly WeightsFile[]): number | null {
  const index = files.length > 1 ? files.findIndex(({ path }) => path === asked) : -1;
  return index === -1 ? null : index;
}

function toFile({ path, size, tensors }: WeightsFile, folder: string): OpenedFile {
  return { name: shownPath(path, folder), path, size, tensors: tensors.length };
}

/** Where in the base an adapter's tensors belong: keys of factors say that in a longer way. */
function baseNames(model: Model): ReadonlyMap<string, string> {
  const adapter = model.kind === 'direction' ? model.adapter : model.kind === 'adapter' ? model : undefined;
  if (adapter === undefined) return new Map();
  return new Map([
    ...adapter.factors.flatMap(({ A, B, tensor }) => [[A.name, tensor] as const, [B.name, tensor] as const]),
    ...adapter.whole.map(({ stored, tensor }) => [stored.name, tensor] as const),
  ]);
}

/** Some trainers write a file into one value: what is longer than a line is cut. */
const longestValue = 2000;

export function metadataOf(files: readonly WeightsFile[]): OpenedModel['metadata'] {
  const pairs = files.flatMap(({ metadata }) => [...metadata]);
  const distinct = new Map(pairs.map((pair) => [JSON.stringify(pair), pair]));
  return [...distinct.values()]
    .map(
      ([key, value]) =>
        [key, value.length > longestValue ? `${value.slice(0, longestValue)}…` : value] as const,
    )
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}
