import { createHash } from 'node:crypto';
import type { Checkpoint } from './model.ts';

/** What tells one base from another without reading weights: the hash of its header, of several files the hash of their hashes. */
export function headerHash({ files }: Pick<Checkpoint, 'files'>): string {
  const hashes = files.map(({ headerSha256 }) => headerSha256);
  const [only = ''] = hashes;
  return hashes.length === 1 ? only : createHash('sha256').update(hashes.join('\n')).digest('hex');
}
