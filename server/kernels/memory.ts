const page = 65_536;

/** A `WebAssembly.Memory` that threads can share; its buffer is a new object after it has grown. */
export interface KernelMemory {
  /** File reads and writes take views of it as they are. */
  readonly buffer: ArrayBufferLike;
  /** By pages of 64 KiB; a RangeError beyond 4 GiB. */
  grow(pages: number): number;
}

/** Pointer 0 means absent, so whoever lays out a memory begins here. The kernels themselves keep nothing in it. */
export const firstFreeByte = 64;

/** A shared memory of at least `bytes`, zeroed, which can grow to 4 GiB. Address space is reserved, memory is not. */
export function createMemory(bytes = page): KernelMemory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / page), maximum: page, shared: true });
}
