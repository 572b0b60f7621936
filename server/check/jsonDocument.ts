import type { Finding, Fix, TextRange } from '#protocol/check.ts';
import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../models/jsonFile.ts';
import { Lines } from '../recipes/lines.ts';
import { longestPointer, refusePointer } from '../tensors/lfsPointer.ts';
import { finding, findingOf } from './finding.ts';
import { type JsonObjectNode, JsonProblem, parseJsonTree } from './json/jsonTree.ts';
import { plain } from './json/plain.ts';
import type { TextEdit } from './json/textEdits.ts';

/** A JSON file with the place of everything in it. */
export interface JsonDocument {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly lines: Lines;
  readonly root: JsonObjectNode;
  readonly json: JsonObject;
}

export interface ReadDocumentOptions {
  /** Bytes; what is larger is `too-large`. */
  readonly largest: number;
  /** What an editor has in its place. */
  readonly text?: string | undefined;
  readonly signal: AbortSignal;
}

/** Reads a JSON file that holds an object, or says what is wrong with it. Undefined where it is not there. */
export async function readJsonDocument(
  path: string,
  options: ReadDocumentOptions,
): Promise<JsonDocument | Finding | undefined> {
  try {
    return parseJsonDocument(path, options.text ?? (await readText(path, options)));
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return error.code === 'file-not-found' ? undefined : findingOf(error);
  }
}

async function readText(path: string, { largest, signal }: ReadDocumentOptions): Promise<string> {
  await using source = await openFile(path, signal);
  const { size } = source;
  if (size > largest) throw new ServerError('too-large', path, `has ${size} bytes; the limit is ${largest}`);
  const bytes = await source.read(0, size, signal);
  refusePointer(path, bytes.subarray(0, longestPointer));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new ServerError('invalid-config', path, 'is not valid UTF-8', { cause: error });
  }
}

/** A text as a document, or what is wrong with it. */
export function parseJsonDocument(path: string, text: string): JsonDocument | Finding {
  const lines = new Lines(text);
  try {
    const root = parseJsonTree(text);
    if (root.kind === 'object') return withValues({ path, text, lines, root });
    const range = { start: lines.positionAt(root.start), end: lines.positionAt(root.end) };
    return finding('invalid-json', path, 'It has to hold an object, {…}.', { range });
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    const start = lines.positionAt(error.offset);
    const end = lines.positionAt(error.offset + 1);
    const what = error.code === 'too-large' ? 'It is too large' : 'It is not JSON';
    const message = `${what}: line ${start.line + 1}, column ${start.character + 1} ${error.message}.`;
    return finding(error.code, path, message, { range: { start, end } });
  }
}

/** The values are made when they are first asked for: nobody asks for those of an index. */
function withValues(document: Omit<JsonDocument, 'json'>): JsonDocument {
  let json: JsonObject | undefined;
  return {
    ...document,
    get json() {
      const value = (json ??= toObject(plain(document.root)));
      return value;
    },
  };
}

function toObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Where a node, or a key, stands. */
export function rangeOf(
  { lines }: JsonDocument,
  place: { readonly start: number; readonly end: number },
): TextRange {
  return { start: lines.positionAt(place.start), end: lines.positionAt(place.end) };
}

/** A fix that changes this text alone. */
export function textFix(document: JsonDocument, title: string, edits: readonly TextEdit[]): Fix {
  return {
    title,
    edits: edits.map((edit) => ({ range: rangeOf(document, edit), newText: edit.newText })),
  };
}

/** Whether what was read is a document, and not what is wrong with it. */
export function isDocument(read: JsonDocument | Finding | undefined): read is JsonDocument {
  return read !== undefined && 'root' in read;
}
