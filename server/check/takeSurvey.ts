import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Finding } from '#protocol/check.ts';
import { concurrently } from '../bytes/concurrently.ts';
import { readFailure } from '../bytes/ioFailure.ts';
import { ServerError } from '../errors.ts';
import { mlxWeights, peftWeights } from '../models/adapterFile.ts';
import { indexName, weightsName } from '../models/checkpoint.ts';
import { findBase } from '../models/findBase.ts';
import { isMlxConfig } from '../models/mlxConfig.ts';
import type { Checkpoint, Model } from '../models/model.ts';
import { adapterName, openModel } from '../models/openModel.ts';
import { locateInCache, locateOnDisk, type Named } from '../models/resolveReference.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import { findingOf } from './finding.ts';
import { type IndexDocument, toIndex } from './indexDocument.ts';
import { isDocument, type JsonDocument, readJsonDocument } from './jsonDocument.ts';
import { readWeights, type WeightsRead } from './readWeights.ts';
import type { Survey, SurveyOptions } from './survey.ts';
import { namedTokens } from './structure/tokenizer.ts';
import { misfitOf } from './structure/targets.ts';
import { readTokenizer, type TokenizerFacts } from './tokenizerFacts.ts';

/** Real ones have some kilobytes. */
const largestConfig = 2 ** 22;
/** Of a model with half a million tensors. */
const largestIndex = 2 ** 26;
const mostShards = 10_000;

const configurations = [
  'config.json',
  'generation_config.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  adapterName,
];

/** Files that are shards by their names. */
export const shardPattern = /^(?:model|pytorch_model)-\d{5}-of-\d{5}\.safetensors$/;

/**
 * Opens all of a model that can be opened, and notes what is wrong with the rest. Errors: `unreadable` and `file-not-found` where
 * the path itself cannot be looked at.
 */
export async function takeSurvey(asked: string, options: SurveyOptions): Promise<Survey> {
  const { signal } = options;
  const path = resolve(asked);
  const place = await placeOf(path);
  const { folder, names } = place;
  const problems: Finding[] = [];
  const documents = await readDocuments(place, options, problems);
  const index = await readIndex(place, options, problems);
  const weights = await concurrently(weightsNames(place, { documents, index }), 4, (name) =>
    readWeights(join(place.folder, name), options),
  );
  for (const read of weights) problems.push(...read.problems);
  const wanted = namedTokens(documents.get('tokenizer_config.json'));
  const tokenizer = await tokenizerOf(place, wanted, { signal, problems });
  const opened = isBroken(weights) ? undefined : await openAs(path, options);
  const below = await baseOf(opened, options);
  return {
    path,
    folder,
    names,
    documents,
    index,
    weights,
    tensors: tensorsOf(weights, opened),
    tokenizer,
    model: opened instanceof ServerError ? undefined : opened,
    ...below,
    problems,
    failure: failureOf(opened, options),
  };
}

interface ModelPlace {
  readonly folder: string;
  readonly names: ReadonlySet<string>;
  /** Where a file stands for itself. */
  readonly single: string | undefined;
}

/** `model.safetensors` stands for its folder; another single file for itself. */
async function placeOf(path: string): Promise<ModelPlace> {
  try {
    if ((await stat(path)).isDirectory()) return await folderPlace(path);
    if (basename(path) === weightsName) return await folderPlace(dirname(path));
    return { folder: dirname(path), names: new Set(), single: basename(path) };
  } catch (error) {
    throw readFailure(path, error);
  }
}

async function folderPlace(folder: string): Promise<ModelPlace> {
  return { folder, names: new Set(await readdir(folder)), single: undefined };
}

async function readDocuments(
  { folder, names }: ModelPlace,
  { texts, signal }: SurveyOptions,
  problems: Finding[],
): Promise<ReadonlyMap<string, JsonDocument>> {
  const documents = new Map<string, JsonDocument>();
  for (const name of configurations) {
    const path = join(folder, name);
    if (!names.has(name)) continue;
    const read = await readJsonDocument(path, { largest: largestConfig, text: texts.get(path), signal });
    if (isDocument(read)) documents.set(name, read);
    else if (read !== undefined) problems.push(read);
  }
  return documents;
}

/** As transformers does, one weights file comes before an index. */
async function readIndex(
  { folder, names }: ModelPlace,
  { texts, signal }: SurveyOptions,
  problems: Finding[],
): Promise<IndexDocument | undefined> {
  if (!names.has(indexName) || names.has(weightsName)) return undefined;
  const path = join(folder, indexName);
  const read = await readJsonDocument(path, { largest: largestIndex, text: texts.get(path), signal });
  if (!isDocument(read)) {
    if (read !== undefined) problems.push(read);
    return undefined;
  }
  const { index, problems: found } = toIndex(read);
  for (const each of found) problems.push(each);
  return index;
}

interface Described {
  readonly documents: ReadonlyMap<string, JsonDocument>;
  readonly index: IndexDocument | undefined;
}

function weightsNames({ names, single }: ModelPlace, { documents, index }: Described): readonly string[] {
  if (single !== undefined) return /\.safetensors$/i.test(single) ? [single] : [];
  const own = ['direction.safetensors'].filter((name) => names.has(name));
  const adapter = documents.get(adapterName);
  const containers = adapter !== undefined && isMlxConfig(adapter.json) ? mlxWeights : peftWeights;
  const factors = containers.find(({ name }) => names.has(name));
  if (factors !== undefined) own.unshift(factors.name);
  if (own.length > 0) return own;
  if (names.has(weightsName)) return [weightsName];
  const named = new Set((index?.entries ?? []).map(({ file }) => file).filter((file) => names.has(file)));
  const shards = [...names].filter((name) => shardPattern.test(name));
  return [...new Set([...named, ...shards])].toSorted().slice(0, mostShards);
}

async function tokenizerOf(
  { folder, names }: ModelPlace,
  wanted: readonly string[],
  { signal, problems }: { readonly signal: AbortSignal; readonly problems: Finding[] },
): Promise<TokenizerFacts | undefined> {
  if (!names.has('tokenizer.json')) return undefined;
  try {
    return await readTokenizer(join(folder, 'tokenizer.json'), wanted, signal);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    problems.push(findingOf(error));
    return undefined;
  }
}

/** Whether opening the model would say of its only file what has just been said. */
function isBroken([only, ...others]: readonly WeightsRead[]): boolean {
  return only !== undefined && only.file === undefined && others.length === 0;
}

async function openAs(path: string, { signal, readsPickles }: SurveyOptions): Promise<Model | ServerError> {
  try {
    return await openModel(path, { reference: path, signal, readsPickles });
  } catch (error) {
    if (error instanceof ServerError) return error;
    throw error;
  }
}

/** The base that an adapter names and that fits, or the one that it names and that does not. */
async function baseOf(
  model: Model | ServerError | undefined,
  options: SurveyOptions,
): Promise<Pick<Survey, 'base' | 'misfit'>> {
  const nothing = { base: undefined, misfit: undefined };
  if (model === undefined || model instanceof ServerError || model.kind !== 'adapter') return nothing;
  const { workspace, bases, signal, readsPickles } = options;
  const found = await findBase({
    adapters: [model],
    workspace,
    signal,
    readsPickles,
    ...(bases !== undefined && { bases }),
  });
  if (found.checkpoint !== undefined) return { base: found.checkpoint, misfit: undefined };
  const { base, revision } = model.config;
  for (const folder of base === undefined ? [] : [model.path, workspace]) {
    const there = await namedBase(
      { model: base ?? '', ...(revision !== undefined && { revision }) },
      folder,
      options,
    );
    const error = there === undefined ? undefined : misfitOf(model, there);
    if (there !== undefined && error !== undefined)
      return { base: undefined, misfit: { path: there.path, error } };
  }
  return nothing;
}

/** Names are data from elsewhere: one that begins like a network share is not asked for. */
async function namedBase(
  named: Named,
  folder: string,
  { signal, readsPickles }: SurveyOptions,
): Promise<Checkpoint | undefined> {
  if (named.model === '' || /^[/\\]{2}/.test(named.model)) return undefined;
  try {
    const { path } = (await locateOnDisk(named.model, folder)) ?? (await locateInCache(named)) ?? {};
    if (path === undefined) return undefined;
    const model = await openModel(path, { reference: named.model, signal, readsPickles });
    return model.kind === 'checkpoint' ? model : undefined;
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

function tensorsOf(
  weights: readonly WeightsRead[],
  model: Model | ServerError | undefined,
): ReadonlyMap<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const { file } of weights) {
    for (const tensor of file?.tensors ?? []) if (!tensors.has(tensor.name)) tensors.set(tensor.name, tensor);
  }
  const isOther = weights.length === 0 && model !== undefined && 'tensors' in model;
  return isOther ? model.tensors : tensors;
}

/** Of another text than the editor's, opening says nothing. */
function failureOf(opened: Model | ServerError | undefined, { texts }: SurveyOptions): Finding | undefined {
  return opened instanceof ServerError && texts.size === 0 ? findingOf(opened) : undefined;
}
