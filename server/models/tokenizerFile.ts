import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { isJsonObject, type JsonObject } from './jsonFile.ts';

/** Of 250,000 tokens with their merges; the largest known have 35 MB. */
const largest = 2 ** 26;

/** A whole `tokenizer.json`, which is larger than other configurations. Errors: those of `openFile`, `too-large`, `invalid-config`. */
export async function readTokenizerFile(path: string, signal: AbortSignal): Promise<JsonObject> {
  await using source = await openFile(path, signal);
  if (source.size > largest)
    throw new ServerError('too-large', path, `has ${source.size} bytes; the limit is ${largest}`);
  const text = new TextDecoder().decode(await source.read(0, source.size, signal));
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    throw new ServerError('invalid-config', path, 'is not JSON', { cause });
  }
  throw new ServerError('invalid-config', path, 'holds no object');
}
