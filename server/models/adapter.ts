import { resolve } from 'node:path';
import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { Warnings } from '../warnings.ts';
import { type AdapterSettings, readAdapterConfig } from './adapterConfig.ts';
import { toFactors } from './adapterFactors.ts';
import { readAdapterFile } from './adapterFile.ts';
import { type AdapterParts, sortAdapterParts } from './adapterParts.ts';
import type { Adapter, AdapterFactors, AdapterTensor } from './model.ts';
import { parametersAmong } from './targetParameters.ts';
import { warnOfUntargeted } from './targetModules.ts';
import { toTrainedRows } from './trainedTokens.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';

export interface ReadAdapterOptions {
  /** As the user wrote it. */
  readonly reference: string;
  readonly hubId?: string;
  readonly signal?: AbortSignal;
}

/**
 * Reads an adapter folder as PEFT writes it: the configuration, and the header of the weights. Names are those of the
 * model it was trained on; `matchAdapter` turns them into a checkpoint's. Errors: those of `readAdapterConfig`,
 * `readAdapterFile` and the files; `invalid-adapter` where factors do not fit each other or the configuration.
 */
export async function readAdapter(folder: string, options: ReadAdapterOptions): Promise<Adapter> {
  const { reference, hubId, signal } = options;
  const path = resolve(folder);
  const warnings = new Warnings();
  const settings = await readAdapterConfig(path, warnings, signal);
  const { files, tensors } = await readAdapterFile(path, signal);
  const parts = sortAdapterParts(path, tensors.values());
  const { modules, parameters } = parametersAmong(parts.modules, settings);
  const { factors, whole } = toChanges({ ...parts, modules }, settings);
  warnOfUntargeted(factors, settings, warnings);
  return {
    kind: 'adapter',
    reference,
    path,
    ...(hubId !== undefined && { hubId }),
    files,
    factors,
    whole,
    parameters,
    config: settings.config,
    warnings: warnings.list(),
  };
}

function toChanges({ modules, whole }: AdapterParts, settings: AdapterSettings) {
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
