import type { DType } from '#protocol/tensors.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { createKernels } from '../../kernels/instantiate.ts';
import { createMemory, firstFreeByte, type KernelMemory } from '../../kernels/memory.ts';
import { scanCount } from '../../kernels/viewKernels.ts';

/** Bytes of values that are looked at at once; a row that is longer is no row here. */
export const mostBytes = 2 ** 22;

const widths = { BF16: 2, F16: 2, F32: 4, F64: 8, F8_E4M3: 1, F8_E5M2: 1 } as const;

/** The dtypes whose values are looked at. */
export type ScannedDType = keyof typeof widths;

export function isScanned(dtype: DType): dtype is ScannedDType {
  return Object.hasOwn(widths, dtype);
}

/** What is counted of a matrix. */
export interface Counts {
  readonly nan: number;
  readonly infinite: number;
  readonly zeros: number;
  /** Not zero, and smaller than the smallest number of the dtype with all its digits. */
  readonly subnormal: number;
  readonly deadRows: number;
  /** The first dead row; −1 where there is none. */
  readonly firstDeadRow: number;
  readonly deadColumns: number;
  /** −1 where there is none. */
  readonly firstDeadColumn: number;
  /** Of all bits: what differs here differs there. Of matrices of one shape and dtype only. */
  readonly hash: string;
}

interface Arena {
  readonly kernels: Kernels;
  readonly memory: KernelMemory;
}

const source = firstFreeByte;
const alive = source + mostBytes;
const state = alive + mostBytes;

let made: Arena | undefined;

/** One for the thread: a scan is over before another begins. */
function arena(): Arena {
  if (made !== undefined) return made;
  const memory = createMemory(state + 4 * scanCount);
  return (made = { memory, kernels: createKernels(memory) });
}

/** Looks at a matrix part by part; parts are whole rows, in their order, of `mostBytes` at most. Only the last row may be shorter. */
export class Scan {
  readonly #dtype: ScannedDType;
  readonly #columns: number;
  /** An element for each column, as the kernel keeps them. */
  readonly #alive: Uint8Array;
  /** What the kernel keeps, of which the hashes go on from part to part. */
  readonly #numbers = new Uint32Array(scanCount);
  /** The kernel's counters have 32 bits, which are enough for a part. */
  readonly #sums = [0, 0, 0, 0, 0];
  #rows = 0;
  #firstDeadRow = -1;

  constructor(dtype: ScannedDType, columns: number) {
    this.#dtype = dtype;
    this.#columns = columns;
    this.#alive = new Uint8Array(columns * widths[dtype]);
  }

  get rowBytes(): number {
    return this.#alive.length;
  }

  add(bytes: Uint8Array): void {
    const { kernels, memory } = arena();
    const columns = new Uint8Array(memory.buffer, alive, this.#alive.length);
    const numbers = new Uint32Array(memory.buffer, state, scanCount);
    new Uint8Array(memory.buffer, source, bytes.length).set(bytes);
    columns.set(this.#alive);
    numbers.set(this.#numbers.fill(0, 0, 6));
    const width = Math.min(bytes.length, this.rowBytes);
    const rows = bytes.length / width;
    const dtype = this.#dtype;
    const shape = { rows, columns: width / widths[dtype], first: this.#rows };
    kernels.scanMatrix({ dtype, source, ...shape, alive, state });
    this.#alive.set(columns);
    this.#numbers.set(numbers);
    this.#addUp();
    this.#rows += rows;
  }

  #addUp(): void {
    const [, , , , deadRows = 0, firstDeadRow = 0] = this.#numbers;
    if (deadRows > 0 && this.#firstDeadRow < 0) this.#firstDeadRow = firstDeadRow;
    for (const [at, sum] of this.#sums.entries()) this.#sums[at] = sum + (this.#numbers[at] ?? 0);
  }

  get counts(): Counts {
    const [nan = 0, infinite = 0, zeros = 0, subnormal = 0, deadRows = 0] = this.#sums;
    const width = widths[this.#dtype];
    const isDead = (column: number) =>
      this.#alive.subarray(column * width, (column + 1) * width).every((byte) => byte === 0);
    let [deadColumns, firstDeadColumn] = [0, -1];
    for (let column = this.#columns - 1; column >= 0; column--) {
      if (isDead(column)) [deadColumns, firstDeadColumn] = [deadColumns + 1, column];
    }
    const hash = this.#numbers.slice(6).join(' ');
    const columns = { deadColumns, firstDeadColumn };
    return { nan, infinite, zeros, subnormal, deadRows, firstDeadRow: this.#firstDeadRow, ...columns, hash };
  }
}
