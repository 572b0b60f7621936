import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import { type ModulePart, parseAdapterKey } from './adapterKeys.ts';

/** Everything that an adapter file holds for one module. */
export type ModuleParts = Readonly<Partial<Record<ModulePart, StoredTensor>>>;

/** The tensors of an adapter file, sorted by what they belong to. */
export interface AdapterParts {
  /** By module, in the file's order. */
  readonly modules: ReadonlyMap<string, ModuleParts>;
  /** By the tensor whose place they take. */
  readonly whole: ReadonlyMap<string, StoredTensor>;
}

/**
 * Sorts by key. `unsupported-adapter` for keys of other methods; `invalid-adapter` where two keys mean the same (two
 * adapters in one file), or nothing is left.
 */
export function sortAdapterParts(path: string, tensors: Iterable<StoredTensor>): AdapterParts {
  const modules = new Map<string, Partial<Record<ModulePart, StoredTensor>>>();
  const whole = new Map<string, Whole>();
  for (const stored of tensors) {
    const key = parseAdapterKey(stored.name);
    if (key.part === 'idle') continue;
    if (key.part === 'unsupported') throw unsupported(stored, key.why);
    if (key.part === 'whole') {
      addWhole(whole, key.tensor, { stored, wrapped: key.wrapped });
      continue;
    }
    const parts = modules.get(key.module) ?? {};
    refuseTwice(parts[key.part], stored);
    parts[key.part] = stored;
    modules.set(key.module, parts);
  }
  if (modules.size + whole.size === 0) {
    throw new ServerError('invalid-adapter', path, 'holds no factors and no trained tensors');
  }
  return { modules, whole: new Map([...whole].map(([tensor, { stored }]) => [tensor, stored])) };
}

interface Whole {
  readonly stored: StoredTensor;
  readonly wrapped: boolean;
}

/** With `save_embedding_layers`, PEFT writes what `modules_to_save` holds twice, and reads the key without a wrapper. */
function addWhole(whole: Map<string, Whole>, tensor: string, { stored, wrapped }: Whole): void {
  const before = whole.get(tensor);
  if (before?.wrapped === wrapped) refuseTwice(before.stored, stored);
  if (before === undefined || before.wrapped) whole.set(tensor, { stored, wrapped });
}

function unsupported({ name, file }: StoredTensor, why: string): ServerError {
  const remedy = 'merge it (PEFT: merge_and_unload) and use the merged checkpoint';
  return new ServerError('unsupported-adapter', file, `${quote(name)} ${why}; ${remedy}`, { tensor: name });
}

function refuseTwice(before: StoredTensor | undefined, { name, file }: StoredTensor): void {
  if (before === undefined) return;
  const problem = `${quote(before.name)} and ${quote(name)} are for the same tensor; one file holds one adapter`;
  throw new ServerError('invalid-adapter', file, problem, { tensor: name });
}
