import type { SharedMemory } from './sharedMemory.ts';
import type { Region } from './tasks.ts';

const page = 65_536;
const alignment = 64;

/** Lends parts of a memory that grows on demand. For one thread; the others get to know regions by message. */
export class Regions {
  readonly #memory: SharedMemory;
  /** Sorted by pointer, never adjacent. */
  #free: Region[] = [];
  #end: number;

  /** Everything below `start` belongs to somebody else. */
  constructor(memory: SharedMemory, start: number) {
    this.#memory = memory;
    this.#end = Math.ceil(start / alignment) * alignment;
  }

  take(wanted: number): Region {
    const bytes = Math.max(alignment, Math.ceil(wanted / alignment) * alignment);
    const found = this.#free.find((region) => region.bytes >= bytes);
    if (found === undefined) return this.#append(bytes);
    const rest = { pointer: found.pointer + bytes, bytes: found.bytes - bytes };
    this.#free = this.#free.flatMap((region) =>
      region === found ? (rest.bytes > 0 ? [rest] : []) : [region],
    );
    return { pointer: found.pointer, bytes };
  }

  give(region: Region): void {
    const sorted = [...this.#free, region].toSorted((one, other) => one.pointer - other.pointer);
    const joined: Region[] = [];
    for (const { pointer, bytes } of sorted) {
      const last = joined.at(-1);
      if (last !== undefined && last.pointer + last.bytes === pointer) {
        joined[joined.length - 1] = { pointer: last.pointer, bytes: last.bytes + bytes };
      } else joined.push({ pointer, bytes });
    }
    const top = joined.at(-1);
    if (top !== undefined && top.pointer + top.bytes === this.#end) {
      this.#end = top.pointer;
      joined.pop();
    }
    this.#free = joined;
  }

  #append(bytes: number): Region {
    const pointer = this.#end;
    const missing = pointer + bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / page));
    this.#end = pointer + bytes;
    return { pointer, bytes };
  }
}
