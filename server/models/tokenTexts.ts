import { join } from 'node:path';
import { ServerError } from '../errors.ts';
import { isThere } from './isThere.ts';
import { isJsonObject, type JsonObject } from './jsonFile.ts';
import { byteLevelText, spacesShown } from './tokenDisplay.ts';
import { readTokenizerFile } from './tokenizerFile.ts';

/**
 * The texts of a folder's tokens by their ids, as people can read them: `·` is a space, `↵` a line break, and bytes that are no
 * text are `\x9f`. Undefined where there is no `tokenizer.json`, or none that can be read.
 */
export async function tokenTexts(
  folder: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string> | undefined> {
  const path = join(folder, 'tokenizer.json');
  if (!(await isThere(path))) return undefined;
  try {
    return textsOf(await readTokenizerFile(path, signal));
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

function textsOf(tokenizer: JsonObject): ReadonlyMap<number, string> {
  const { model, added_tokens: added } = tokenizer;
  const vocabulary = isJsonObject(model) ? model['vocab'] : undefined;
  const show = isByteLevel(tokenizer) ? byteLevelText : (text: string) => text.replaceAll('▁', ' ');
  const texts = new Map<number, string>();
  for (const [text, id] of piecesOf(vocabulary)) texts.set(id, spacesShown(show(text)));
  for (const token of Array.isArray(added) ? added : []) {
    if (!isJsonObject(token)) continue;
    const { id, content } = token;
    if (typeof id === 'number' && typeof content === 'string') texts.set(id, spacesShown(content));
  }
  return texts;
}

/** An object of ids by text, or a list of texts with their scores, in the order of the ids. */
function piecesOf(vocabulary: unknown): readonly (readonly [text: string, id: number])[] {
  if (Array.isArray(vocabulary)) {
    return vocabulary.flatMap((piece: unknown, id) => {
      const text: unknown = Array.isArray(piece) ? piece[0] : undefined;
      return typeof text === 'string' ? [[text, id] as const] : [];
    });
  }
  if (!isJsonObject(vocabulary)) return [];
  return Object.entries(vocabulary).flatMap(([text, id]) =>
    typeof id === 'number' ? [[text, id] as const] : [],
  );
}

/** Whether bytes are written as letters, which the step before the model or the decoder says. */
function isByteLevel({ pre_tokenizer: before, decoder }: JsonObject): boolean {
  return [before, decoder].some(
    (step) =>
      isJsonObject(step) &&
      [step, ...listIn(step, 'pretokenizers'), ...listIn(step, 'decoders')].some(
        (one) => isJsonObject(one) && one['type'] === 'ByteLevel',
      ),
  );
}

function listIn(step: JsonObject, key: string): readonly unknown[] {
  const list = step[key];
  return Array.isArray(list) ? list : [];
}
