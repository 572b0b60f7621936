import { join, resolve } from 'node:path';
import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { Warnings } from '../warnings.ts';
import { type AdapterSettings, readAdapterConfig } from './adapterConfig.ts';
import { toFactors } from './adapterFactors.ts';
import { mlxWeights, peftWeights, readAdapterFile } from './adapterFile.ts';
import { type AdapterParts, sortAdapterParts } from './adapterParts.ts';
import type { Adapter, AdapterFactors, AdapterTensor } from './model.ts';
import { type JsonObject, readJsonFile } from './jsonFile.ts';
import { readMlxChanges } from './mlxChanges.ts';
import { isMlxConfig, readMlxConfig } from './mlxConfig.ts';
import { parametersAmong } from './targetParameters.ts';
import { warnOfUntargeted } from './targetModules.ts';
import { toTrainedRows } from './trainedTokens.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';

export interface ReadAdapterOptions {
  /** As the user wrote it. */
  readonly reference: string;
  readonly hubId?: string;
  /** False where the folder is not trusted: pickles are refused with `untrusted-workspace`. Default: true. */
  readonly readsPickles?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Reads an adapter folder as PEFT or mlx-lm write it: the configuration, and the header of the weights. Names are those of the
 * model it was trained on; `matchAdapter` turns them into a checkpoint's. Errors: those of `readAdapterConfig`, `readMlxConfig`,
 * `readAdapterFile` and the files; `invalid-adapter` where factors do not fit each other or the configuration.
 */
export async function readAdapter(folder: string, options: ReadAdapterOptions): Promise<Adapter> {
  const { reference, hubId, signal, readsPickles = true } = options;
  const path = resolve(folder);
  const config = join(path, 'adapter_config.json');
  const raw = await readJsonFile(config, signal);
  const warnings = new Warnings();
  const { containers, toChanges } = isMlxConfig(raw) ? mlx(config, raw) : peft(config, raw, warnings);
  const { files, tensors } = await readAdapterFile(path, containers, {
    readsPickles,
    ...(signal !== undefined && { signal }),
  });
  const changes = toChanges({ path, tensors: [...tensors.values()] });
  return {
    kind: 'adapter',
    reference,
    path,
    ...(hubId !== undefined && { hubId }),
    files,
    ...changes,
    warnings: warnings.list(),
  };
}

/** How one library's adapters are read, whatever container their tensors lie in. */
interface Reading {
  readonly containers: typeof peftWeights;
  readonly toChanges: (weights: {
    readonly path: string;
    readonly tensors: readonly StoredTensor[];
  }) => Pick<Adapter, 'factors' | 'whole' | 'parameters' | 'config'>;
}

function mlx(path: string, raw: JsonObject): Reading {
  const settings = readMlxConfig(path, raw);
  return { containers: mlxWeights, toChanges: (weights) => readMlxChanges(weights, settings) };
}

function peft(file: string, raw: JsonObject, warnings: Warnings): Reading {
  const settings = readAdapterConfig(file, raw, warnings);
  return {
    containers: peftWeights,
    toChanges: ({ path, tensors }) => {
      const parts = sortAdapterParts(path, tensors);
      const { modules, parameters } = parametersAmong(parts.modules, settings);
      const changes = toPeftChanges({ ...parts, modules }, settings);
      warnOfUntargeted(changes.factors, settings, warnings);
      return { ...changes, parameters, config: settings.config };
    },
  };
}

function toPeftChanges({ modules, whole }: AdapterParts, settings: AdapterSettings) {
  const factors: AdapterFactors[] = [];
  const tensors: AdapterTensor[] = [...whole].map(([tensor, stored]) => ({
    tensor,
    stored,
    role: 'replace',
    scale: 1,
  }));
  for (const [module, parts] of modules) {
    const pair = toFactors(module, parts, settings);
    if (pair !== undefined) factors.push(pair);
    if (parts.bias !== undefined) tensors.push(toBias(module, parts.bias, pair));
    if (parts.rows === undefined) continue;
    if (pair !== undefined) throw rowsAndFactors(parts.rows);
    tensors.push(toTrainedRows(module, parts.rows, settings));
  }
  if (settings.tokens.size > 0 && !tensors.some(({ role }) => role === 'rows')) throw withoutRows(settings);
  return { factors, whole: tensors };
}

function withoutRows({ path }: AdapterSettings): ServerError {
  const problem = 'has trainable_token_indices set, but the weights hold no trained rows';
  return new ServerError('invalid-adapter', path, problem);
}

/** PEFT wraps one in the other, and what that comes to depends on the order. */
function rowsAndFactors({ name, file }: StoredTensor): ServerError {
  const problem = `${quote(name)} is for a module that has factors as well; merge it with PEFT (merge_and_unload) and use the merged checkpoint`;
  return new ServerError('unsupported-adapter', file, problem, { tensor: name });
}

/** `lora_bias`: the bias of B, with the scale of its product. */
function toBias(
  module: string,
  stored: AdapterTensor['stored'],
  pair: AdapterFactors | undefined,
): AdapterTensor {
  if (pair !== undefined) return { tensor: `${module}.bias`, stored, role: 'add', scale: pair.scale };
  const problem = `${quote(stored.name)} is the bias of a factor B that is not there`;
  throw new ServerError('invalid-adapter', stored.file, problem, { tensor: stored.name });
}
