import { parse } from 'yaml';
import type { Provenance } from '#protocol/viewer.ts';
import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { isThere } from './isThere.ts';
import { isJsonObject, type JsonObject } from './jsonFile.ts';

/** Front matter is some kilobytes. */
const largest = 2 ** 16;

/** The front matter of a model card: YAML between two lines of dashes; null where there is none that can be read. */
export async function cardFacts(path: string, signal?: AbortSignal): Promise<Provenance['card']> {
  if (!(await isThere(path))) return null;
  const front = await frontMatter(path, signal);
  if (front === undefined) return null;
  const { license, library_name: library } = front;
  return {
    baseModels: texts(front['base_model']),
    license: typeof license === 'string' ? license : null,
    library: typeof library === 'string' ? library : null,
    tags: texts(front['tags']),
  };
}

async function frontMatter(path: string, signal?: AbortSignal): Promise<JsonObject | undefined> {
  try {
    await using source = await openFile(path, signal);
    const start = await source.read(0, Math.min(source.size, largest), signal);
    const yaml = /^---\r?\n(.*?)\r?\n---\s*(?:\n|$)/s.exec(new TextDecoder().decode(start))?.[1];
    return yaml === undefined ? undefined : parsed(yaml);
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

function parsed(yaml: string): JsonObject | undefined {
  try {
    const value: unknown = parse(yaml, { maxAliasCount: 0, logLevel: 'error' }); // Without aliases nothing in it can grow.
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // Whatever the parser dislikes is no card; nothing but it has run.
  }
}

function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string').slice(0, 100);
}
