import { join, resolve } from 'node:path';
import { ServerError } from '../errors.ts';
import { type Archive, readSingleArchive } from '../tensors/archive.ts';
import { quote } from '../tensors/jsonScanner.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import { Warnings } from '../warnings.ts';
import { readAdapterConfig } from './adapterConfig.ts';
import { type FactorPart, parseAdapterKey } from './adapterKeys.ts';
import type { Adapter, AdapterConfig, AdapterFactors, AdapterTensor } from './model.ts';

export interface ReadAdapterOptions {
  /** As the user wrote it. */
  readonly reference: string;
  readonly hubId?: string;
  readonly signal?: AbortSignal;
}

/**
 * Reads an adapter folder as PEFT writes it: the configuration, and the header of the weights. Names are those of the
 * model it was trained on; `matchAdapter` turns them into a checkpoint's.
 */
export async function readAdapter(folder: string, options: ReadAdapterOptions): Promise<Adapter> {
  const { reference, hubId, signal } = options;
  const path = resolve(folder);
  const config = await readAdapterConfig(path, signal);
  const archive = await readSingleArchive(join(path, 'adapter_model.safetensors'), signal);
  const warnings = new Warnings();
  const parts = sortParts(archive);
  return {
    kind: 'adapter',
    reference,
    path,
    ...(hubId !== undefined && { hubId }),
    files: archive.files,
    factors: [...parts.modules].map(([module, pair]) => toFactors(config, module, pair)),
    whole: parts.whole,
    config,
    warnings: warnings.list(),
  };
}

type Pair = Partial<Record<FactorPart, StoredTensor>>;

function sortParts({ tensors }: Archive) {
  const modules = new Map<string, Pair>();
  const whole: AdapterTensor[] = [];
  for (const stored of tensors.values()) {
    const key = parseAdapterKey(stored.name);
    if (key.part === 'whole') whole.push({ tensor: key.tensor, stored, role: 'replace', scale: 1 });
    else if (key.part === 'magnitude' || key.part === 'tokens' || key.part === 'bias') {
      const problem = `has the tensor ${quote(stored.name)}, which is not supported`;
      throw new ServerError('unsupported-adapter', stored.file, problem, { tensor: stored.name });
    } else if (key.part !== 'original') {
      modules.set(key.module, { ...modules.get(key.module), [key.part]: stored });
    }
  }
  return { modules, whole };
}

function toFactors(config: AdapterConfig, module: string, pair: Pair): AdapterFactors {
  const embedding = pair.embedding_A !== undefined || pair.embedding_B !== undefined;
  const [A, B] = embedding ? [pair.embedding_A, pair.embedding_B] : [pair.A, pair.B];
  const present = A ?? B;
  if (A === undefined || B === undefined) {
    const problem = `has ${quote(present?.name ?? module)} without its other factor`;
    throw new ServerError('invalid-adapter', present?.file ?? '', problem, { tensor: module });
  }
  const { rank, alpha, rsLora } = config;
  const scale = alpha / (rsLora ? Math.sqrt(rank) : rank);
  const transposed = embedding || config.fanInFanOut;
  return { module, tensor: `${module}.weight`, A, B, rank, alpha, scale, transposed, embedding };
}
