import { bytes as shownBytes } from '#protocol/figures.ts';
import { ServerError } from '../errors.ts';
import { elementCount } from '../tensors/dtype.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { Decoder } from './decoder.ts';

/** Bytes of operands, which are float32 in memory, whatever they are stored as. */
export function operandBytes(operands: readonly StoredTensor[]): number {
  return operands.reduce((sum, operand) => sum + floatBytes(operand), 0);
}

/** Bytes at the peak of loading: the largest operand may be there twice while it is widened. */
export function loadingBytes(operands: readonly StoredTensor[]): number {
  return operandBytes(operands) + Math.max(0, ...operands.map(floatBytes));
}

function floatBytes({ shape }: StoredTensor): number {
  return 4 * (elementCount(shape) ?? Infinity);
}

/** Bytes of keys and values of so many tokens of so many sequences, twice: once more in what a step puts together. */
export function cacheBytes(
  { layers, keyHeads, headWidth }: Pick<Decoder, 'layers' | 'keyHeads' | 'headWidth'>,
  tokens: number,
  sequences: number,
): number {
  return 2 * 4 * 2 * layers * keyHeads * headWidth * tokens * sequences;
}

/** `too-large` where there is less than is needed; `advice` is what would fit. */
export function refuseTooLarge(path: string, needed: number, advice: string): void {
  const free = process.availableMemory();
  if (needed < free) return;
  const problem = `takes ${shownBytes(needed)} of memory in float32, and ${shownBytes(free)} are available; ${advice}`;
  throw new ServerError('too-large', path, problem);
}
