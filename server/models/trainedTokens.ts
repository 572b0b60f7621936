import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import { isJsonObject, type JsonObject } from './jsonFile.ts';
import type { AdapterTensor } from './model.ts';

/** Rows by the ending of a module's name; that of every module is the empty one. */
export type TrainedTokens = ReadonlyMap<string, readonly number[]>;

/**
 * `trainable_token_indices` (PEFT 0.15 and later): token ids for the input embeddings, or for each of several modules.
 * `invalid-config` for what PEFT could not use as rows.
 */
export function readTrainedTokens(path: string, raw: JsonObject): TrainedTokens {
  const value = raw['trainable_token_indices'] ?? [];
  const entries = isJsonObject(value) ? Object.entries(value) : [['', value] as const];
  const rows = entries.map(([module, tokens]) => [module, toRows(path, tokens)] as const);
  return new Map(rows.filter(([, tokens]) => tokens.length > 0));
}

function toRows(path: string, rows: unknown): readonly number[] {
  const isRows = Array.isArray(rows) && rows.every((row) => Number.isSafeInteger(row) && Number(row) >= 0);
  const due = 'a list of token ids, or one for each module, is due';
  if (!isRows)
    throw new ServerError('invalid-config', path, `trainable_token_indices is something else where ${due}`);
  const numbers = rows.map(Number);
  if (new Set(numbers).size === numbers.length) return numbers;
  throw new ServerError('invalid-config', path, 'trainable_token_indices names a token twice');
}

/** The trained rows of a module's weight; `invalid-adapter` where the configuration does not say which they are. */
export function toTrainedRows(
  module: string,
  stored: StoredTensor,
  { tokens, path }: { readonly tokens: TrainedTokens; readonly path: string },
): AdapterTensor {
  const key = [...tokens.keys()].find((ending) => ending === '' || `.${module}`.endsWith(`.${ending}`));
  const rows = (key === undefined ? undefined : tokens.get(key)) ?? [];
  if (stored.shape.length === 2 && stored.shape[0] === rows.length)
    return { tensor: `${module}.weight`, stored, role: 'rows', scale: 1, rows };
  const found = `${quote(stored.name)} has the shape [${stored.shape.join(', ')}]`;
  const problem = `${found}, but trainable_token_indices of ${path} names ${rows.length} tokens for it`;
  throw new ServerError('invalid-adapter', stored.file, problem, { tensor: stored.name });
}
