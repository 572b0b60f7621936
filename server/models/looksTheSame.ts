import { sameValues } from '../tensors/sameValues.ts';
import { headerHash } from './headerHash.ts';
import type { Checkpoint } from './model.ts';

/**
 * Whether two checkpoints are one model as far as can be told without reading them whole: one path, or one header and
 * the same values in the first, the middle and the last tensor. A base and its chat version differ in the values.
 */
export async function looksTheSame(
  one: Checkpoint,
  other: Checkpoint,
  signal?: AbortSignal,
): Promise<boolean> {
  if (one.path === other.path) return true;
  if (headerHash(one) !== headerHash(other)) return false;
  const names = [...one.tensors.keys()];
  const samples = new Set([0, names.length >> 1, names.length - 1].map((index) => names[index] ?? ''));
  for (const name of samples) {
    const [x, y] = [one.tensors.get(name), other.tensors.get(name)];
    if (x === undefined || y === undefined || !(await sameValues(x, y, signal))) return false;
  }
  return true;
}
