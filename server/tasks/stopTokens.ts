import { join } from 'node:path';
import { isThere } from '../models/isThere.ts';
import { readJsonFile } from '../models/jsonFile.ts';

/** Tokens that end a text: of `generation_config.json`, else of `config.json`. */
export async function stopTokens(folder: string, signal: AbortSignal): Promise<ReadonlySet<number>> {
  for (const name of ['generation_config.json', 'config.json']) {
    const path = join(folder, name);
    if (!(await isThere(path))) continue;
    const end = (await readJsonFile(path, signal))['eos_token_id'];
    const ids: readonly unknown[] = Array.isArray(end) ? end : [end];
    const numbers = ids.filter((id) => typeof id === 'number');
    if (numbers.length > 0) return new Set(numbers);
  }
  return new Set();
}
