import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { JsonScanner } from '../tensors/jsonScanner.ts';
import { longestPointer, refusePointer } from '../tensors/lfsPointer.ts';

/** What `tokenizer.json` says of its tokens. */
export interface TokenizerFacts {
  /** Absolute. */
  readonly path: string;
  /** The highest id in the vocabulary itself; −1 where that is empty. */
  readonly highestId: number;
  /** Added tokens, special ones among them, with their ids. */
  readonly added: ReadonlyMap<string, number>;
  /** Whether the vocabulary or the added tokens have this text. */
  readonly has: (token: string) => boolean;
}

const largest = 2 ** 26;
const mostTokens = 2_000_000;

/** Merges are listed one by one. */
const mostSkipped = 10_000_000;

/** Reads the ids of a tokenizer; undefined where there is none. Errors: `unreadable`, `too-large`, `git-lfs-pointer`, `invalid-config`. */
export async function readTokenizer(path: string, signal: AbortSignal): Promise<TokenizerFacts | undefined> {
  try {
    await using source = await openFile(path, signal);
    if (source.size > largest) throw tooLarge(path, `${source.size} bytes`);
    const bytes = await source.read(0, source.size, signal);
    refusePointer(path, bytes.subarray(0, longestPointer));
    return scanTokenizer(path, bytes);
  } catch (error) {
    if (error instanceof ServerError && error.code === 'file-not-found') return undefined;
    throw error;
  }
}

/** The same of bytes that have been read. */
export function scanTokenizer(path: string, bytes: Uint8Array): TokenizerFacts {
  const scanner = new JsonScanner(
    bytes,
    (problem) => new ServerError('invalid-config', path, problem),
    mostSkipped,
  );
  const vocabulary = new Map<string, number>();
  const added = new Map<string, number>();
  scanner.object((key) => {
    if (key === 'added_tokens') scanner.array(() => scanAdded(scanner, added));
    else if (key === 'model') scanModel(path, scanner, vocabulary);
    else scanner.skip();
  });
  scanner.end();
  let highestId = -1;
  for (const id of vocabulary.values()) highestId = Math.max(highestId, id);
  return { path, highestId, added, has: (token) => vocabulary.has(token) || added.has(token) };
}

function scanModel(path: string, scanner: JsonScanner, vocabulary: Map<string, number>): void {
  const add = (token: string, id: number) => {
    if (vocabulary.size === mostTokens) throw tooLarge(path, `more than ${mostTokens} tokens`);
    vocabulary.set(token, id);
  };
  scanner.object((key) => {
    if (key !== 'vocab' || scanner.peek() === 0x6e) return scanner.skip(); // null
    if (scanner.peek() === 0x7b) return scanner.object((token) => add(token, scanner.wholeNumber()));
    let id = 0; // Unigram: a list of pairs.
    scanner.array(() => {
      const parts: string[] = [];
      scanner.array(() => {
        if (parts.length === 0) parts.push(scanner.string());
        else scanner.skip();
      });
      add(parts[0] ?? '', id++);
    });
  });
}

function scanAdded(scanner: JsonScanner, added: Map<string, number>): void {
  let id: number | undefined;
  let content: string | undefined;
  scanner.object((key) => {
    if (key === 'id') id = scanner.wholeNumber();
    else if (key === 'content') content = scanner.string();
    else scanner.skip();
  });
  if (id !== undefined && content !== undefined) added.set(content, id);
}

function tooLarge(path: string, what: string): ServerError {
  return new ServerError('too-large', path, `has ${what}, beyond any real tokenizer`);
}
