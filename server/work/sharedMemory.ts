/** The part of `WebAssembly.Memory` that is needed here; `buffer` is a new object after the memory has grown. */
export interface SharedMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}
