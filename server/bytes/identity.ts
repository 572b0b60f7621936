import { createHash } from 'node:crypto';
import type { ByteSource } from './byteSource.ts';
import { openFile } from './fileSource.ts';

/** Files up to this size are hashed whole without being asked to. */
const hashedAnyway = 64 * 2 ** 20;
const chunk = 2 ** 20;

/** What tells whether a file is still the same. */
export interface Identity {
  /** Absolute path, links not resolved. */
  readonly path: string;
  readonly size: number;
  readonly modifiedMilliseconds: number;
  /** Of all bytes, in hexadecimal; absent above 64 MB unless asked for. */
  readonly sha256?: string;
}

/** Size, time and, up to 64 MB or with `hash: 'always'`, the SHA-256 of a file. Errors: those of `openFile` and of reading. */
export async function identify(
  path: string,
  { hash = 'small', signal }: { readonly hash?: 'small' | 'always'; readonly signal?: AbortSignal } = {},
): Promise<Identity> {
  await using source = await openFile(path, signal);
  const { name, size, modifiedMilliseconds } = source;
  const facts = { path: name, size, modifiedMilliseconds };
  if (size > hashedAnyway && hash === 'small') return facts;
  return { ...facts, sha256: await sha256Of(source, signal) };
}

/** SHA-256 of all bytes, in hexadecimal; holds 1 MB at a time. */
async function sha256Of(source: ByteSource, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < source.size; at += chunk) {
    hash.update(await source.read(at, Math.min(chunk, source.size - at), signal));
  }
  return hash.digest('hex');
}
