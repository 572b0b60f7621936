import type { Kernels } from '../kernels/kernels.ts';
import type { SharedMemory } from './sharedMemory.ts';
import type { OpenFiles, Region } from './tasks.ts';

/** What one thread works with: the kernels over the shared memory, and a part of that memory which is its own. */
export interface Station {
  readonly kernels: Kernels;
  readonly memory: SharedMemory;
  readonly scratch: Region;
  readonly files: OpenFiles;
  /** Throws `Stopped` once the run is over for everybody. To be called between blocks. */
  readonly check: () => void;
}

/** Thrown in the middle of a task whose run was cancelled or has failed elsewhere. Never leaves the work engine. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** A file or item of a job by its number; one that the job does not have is a mistake of the job's maker. */
export function numbered<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`The job has nothing with the number ${index}.`);
  return found;
}

export function bytesAt({ memory }: Pick<Station, 'memory'>, pointer: number, length: number): Uint8Array {
  return new Uint8Array(memory.buffer, pointer, length);
}

export function float64At(
  { memory }: Pick<Station, 'memory'>,
  pointer: number,
  length: number,
): Float64Array {
  return new Float64Array(memory.buffer, pointer, length);
}

export function float32At(
  { memory }: Pick<Station, 'memory'>,
  pointer: number,
  length: number,
): Float32Array {
  return new Float32Array(memory.buffer, pointer, length);
}

/** Hands out pieces of a region, one after the other, aligned to 64 bytes; the whole region is given back at once. */
export function carve({ pointer, bytes }: Region): (size: number) => number {
  let next = Math.ceil(pointer / 64) * 64;
  return (size) => {
    const piece = next;
    next += Math.ceil(size / 64) * 64;
    if (next > pointer + bytes) throw new RangeError(`${size} bytes are too much for a scratch of ${bytes}.`);
    return piece;
  };
}
