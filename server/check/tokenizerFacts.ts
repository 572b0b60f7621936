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
  /** Those of the tokens that were asked for which it has. */
  readonly known: ReadonlySet<string>;
}

const largest = 2 ** 26;
const mostTokens = 1_000_000;

/** Merges are listed one by one. */
const mostSkipped = 10_000_000;

/**
 * Reads the ids of a tokenizer, and which of `wanted` it has; undefined where there is none. The last ones are kept, as long as their
 * files stay as they are. Errors: `unreadable`, `too-large`, `git-lfs-pointer`, `invalid-config`.
 */
export async function readTokenizer(
  path: string,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<TokenizerFacts | undefined> {
  try {
    await using source = await openFile(path, signal);
    const { size, modifiedMilliseconds } = source;
    const key = JSON.stringify([path, size, modifiedMilliseconds, wanted]);
    const kept = cache.get(key);
    if (kept !== undefined) return kept;
    if (size > largest) throw tooLarge(path, `${size} bytes`);
    const bytes = await source.read(0, size, signal);
    refusePointer(path, bytes.subarray(0, longestPointer));
    return keep(key, scanTokenizer(path, bytes, new Set(wanted)));
  } catch (error) {
    if (error instanceof ServerError && error.code === 'file-not-found') return undefined;
    throw error;
  }
}

const mostKept = 8;
const cache = new Map<string, TokenizerFacts>();

function keep(key: string, facts: TokenizerFacts): TokenizerFacts {
  const [oldest] = cache.keys();
  if (cache.size === mostKept && oldest !== undefined) cache.delete(oldest);
  cache.set(key, facts);
  return facts;
}

/** The same of bytes that have been read. */
export function scanTokenizer(path: string, bytes: Uint8Array, wanted: ReadonlySet<string>): TokenizerFacts {
  const refuse = (problem: string) => new ServerError('invalid-config', path, problem);
  const scan = {
    path,
    scanner: new JsonScanner(bytes, refuse, mostSkipped),
    wanted,
    known: new Set<string>(),
    tokens: 0,
    highestId: -1,
  };
  const added = new Map<string, number>();
  scan.scanner.object((key) => {
    if (key === 'added_tokens') scan.scanner.array(() => scanAdded(scan.scanner, added));
    else if (key === 'model') scanModel(scan);
    else scan.scanner.skip();
  });
  scan.scanner.end();
  for (const token of added.keys()) if (wanted.has(token)) scan.known.add(token);
  return { path, highestId: scan.highestId, added, known: scan.known };
}

interface Scan {
  readonly path: string;
  readonly scanner: JsonScanner;
  readonly wanted: ReadonlySet<string>;
  readonly known: Set<string>;
  tokens: number;
  highestId: number;
}

function scanModel(scan: Scan): void {
  const { scanner } = scan;
  scanner.object((key) => {
    if (key !== 'vocab' || scanner.peek() === 0x6e) return scanner.skip(); // null
    if (scanner.peek() === 0x7b)
      return scanner.object((token) => addToken(scan, token, scanner.wholeNumber()));
    let id = 0; // Unigram: a list of pairs.
    scanner.array(() => {
      let token: string | undefined;
      scanner.array(() => {
        if (token === undefined) token = scanner.string();
        else scanner.skip();
      });
      addToken(scan, token ?? '', id++);
    });
  });
}

function addToken(scan: Scan, token: string, id: number): void {
  if (++scan.tokens > mostTokens) throw tooLarge(scan.path, `more than ${mostTokens} tokens`);
  scan.highestId = Math.max(scan.highestId, id);
  if (scan.wanted.has(token)) scan.known.add(token);
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
