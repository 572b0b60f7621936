import { openFile } from '../bytes/fileSource.ts';
import { bitsOf } from '../tensors/dtype.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';

const chunk = 2 ** 20;

/**
 * Share of the elements with different bits, 0 … 1; of the bytes where elements are smaller than those. Both tensors
 * have one dtype and shape.
 */
export async function differingShare(a: StoredTensor, b: StoredTensor, signal: AbortSignal): Promise<number> {
  await using before = await openFile(a.file, signal);
  await using after = await openFile(b.file, signal);
  const width = Math.max(1, Math.floor(bitsOf(a.dtype) / 8));
  let differing = 0;
  for (let at = 0; at < a.bytes; at += chunk) {
    const length = Math.min(chunk, a.bytes - at);
    const [first, second] = await Promise.all([
      before.read(a.offset + at, length, signal),
      after.read(b.offset + at, length, signal),
    ]);
    differing += countDiffering(first, second, width);
  }
  return a.bytes === 0 ? 0 : (differing * width) / a.bytes;
}

function countDiffering(first: Uint8Array, second: Uint8Array, width: number): number {
  let count = 0;
  for (let start = 0; start < first.length; start += width) {
    for (let index = start; index < start + width; index++) {
      if (first[index] === second[index]) continue;
      count += 1;
      break;
    }
  }
  return count;
}
