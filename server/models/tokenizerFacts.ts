import { join } from 'node:path';
import type { TokenizerFacts } from '#protocol/viewer.ts';
import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { isThere } from './isThere.ts';
import { isJsonObject, type JsonObject, readJsonFile } from './jsonFile.ts';
import { nestedConfigs } from './nestedConfigs.ts';
import { vocabularySize } from './tokenizerVocabulary.ts';

/** The largest tokenizers known have 35 MB. */
const largestTokenizer = 2 ** 26;

/**
 * What the tokenizer's files in a folder say; null where there are none. Files that cannot be read say nothing here:
 * `check` tells what is wrong with them.
 */
export async function tokenizerFacts(
  folder: string,
  config: JsonObject | undefined,
  signal?: AbortSignal,
): Promise<TokenizerFacts | null> {
  const own = await jsonIn(folder, 'tokenizer_config.json', signal);
  const size = await vocabularyIn(folder, signal);
  if (own === undefined && size === undefined) return null;
  const type = own?.['tokenizer_class'];
  const rows = nestedConfigs(config ?? {}).map((part) => part['vocab_size']);
  return {
    vocabulary: size ?? null,
    rows: rows.find((count) => typeof count === 'number') ?? null,
    class: typeof type === 'string' ? type : null,
    special: specialTokens(own ?? {}),
    template: await templateIn(folder, own ?? {}),
  };
}

async function jsonIn(folder: string, name: string, signal?: AbortSignal): Promise<JsonObject | undefined> {
  const path = join(folder, name);
  if (!(await isThere(path))) return undefined;
  try {
    return await readJsonFile(path, signal);
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

async function vocabularyIn(folder: string, signal?: AbortSignal): Promise<number | undefined> {
  const path = join(folder, 'tokenizer.json');
  if (!(await isThere(path))) return undefined;
  try {
    await using source = await openFile(path, signal);
    if (source.size > largestTokenizer) return undefined;
    return vocabularySize(await source.read(0, source.size, signal));
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

/** `"eos_token": "</s>"`, or an object with its `content`. */
function specialTokens(own: JsonObject): TokenizerFacts['special'] {
  return Object.entries(own).flatMap(([role, value]) => {
    if (!/^[a-z]+_token$/.test(role)) return [];
    const token = isJsonObject(value) ? value['content'] : value;
    return typeof token === 'string' ? [[role, token] as const] : [];
  });
}

async function templateIn(folder: string, own: JsonObject): Promise<string | null> {
  if (own['chat_template'] !== undefined && own['chat_template'] !== null) return 'tokenizer_config.json';
  for (const name of ['chat_template.jinja', 'chat_template.json'])
    if (await isThere(join(folder, name))) return name;
  return null;
}
