import { isJsonObject } from './jsonFile.ts';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const opening = new Set([0x7b, 0x5b]);
const closing = new Set([0x7d, 0x5d]);

/**
 * How many tokens a `tokenizer.json` has: its model's vocabulary, an object or a list, and what was added to it.
 * Counted in the bytes up to the end of the vocabulary, because parsing all of it takes longer than painting a model.
 * Undefined where it is not there; bytes that are no JSON give some count or none.
 */
export function vocabularySize(json: Uint8Array): number | undefined {
  const model = valueOf(json, 0, 'model');
  const vocabulary = model === undefined ? undefined : valueOf(json, model, 'vocab');
  if (vocabulary === undefined) return undefined;
  const size = countEntries(json, vocabulary);
  const added = valueOf(json, 0, 'added_tokens');
  return size + (added === undefined ? 0 : countBeyond(json, added, size));
}

/** Where the value of a key begins, in the object that begins at or after `from`. */
function valueOf(json: Uint8Array, from: number, key: string): number | undefined {
  const wanted = new TextEncoder().encode(key);
  let depth = 0;
  for (let at = from; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (opening.has(byte)) depth++;
    else if (closing.has(byte) && --depth === 0) return undefined;
    else if (byte === quote) {
      const end = stringEnd(json, at);
      const value = afterColon(json, end + 1);
      if (depth === 1 && value !== undefined && isSame(json.subarray(at + 1, end), wanted)) return value;
      at = end;
    }
  }
  return undefined;
}

/** Members of the object, or elements of the list, that begins at `start`. */
function countEntries(json: Uint8Array, start: number): number {
  let depth = 0;
  let commas = 0;
  let isEmpty = true;
  for (let at = start; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (opening.has(byte)) {
      if (++depth > 1) isEmpty = false;
    } else if (closing.has(byte)) {
      if (--depth === 0) break;
    } else if (byte === comma && depth === 1) commas++;
    else if (byte === quote) {
      isEmpty = false;
      at = stringEnd(json, at);
    }
  }
  return isEmpty ? 0 : commas + 1;
}

/** Added tokens whose ids the vocabulary does not have. */
function countBeyond(json: Uint8Array, start: number, size: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (byte === quote) at = stringEnd(json, at);
    else if (opening.has(byte)) depth++;
    else if (closing.has(byte) && --depth === 0) return idsFrom(json.subarray(start, at + 1), size);
  }
  return 0;
}

function idsFrom(list: Uint8Array, size: number): number {
  try {
    const tokens: unknown = JSON.parse(new TextDecoder().decode(list));
    if (!Array.isArray(tokens)) return 0;
    return tokens.filter((token) => isJsonObject(token) && Number(token['id']) >= size).length;
  } catch {
    return 0; // What is no JSON adds nothing.
  }
}

function stringEnd(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}

/** Where the value begins, if a colon follows: the string before it is then a key. */
function afterColon(json: Uint8Array, from: number): number | undefined {
  let at = from;
  while (isSpace(json[at])) at++;
  if (json[at] !== 0x3a) return undefined;
  at++;
  while (isSpace(json[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isSame(bytes: Uint8Array, wanted: Uint8Array): boolean {
  return bytes.length === wanted.length && bytes.every((byte, index) => byte === wanted[index]);
}
