import { createKernels } from '../kernels/instantiate.ts';
import { createMemory, firstFreeByte } from '../kernels/memory.ts';
import { Regions } from './regions.ts';
import type { TestBench } from './selfTest.ts';

/** A shared memory of its own with kernels over it; grows on demand. */
export function createBench(): TestBench {
  const memory = createMemory();
  return { memory, kernels: createKernels(memory), regions: new Regions(memory, firstFreeByte) };
}
