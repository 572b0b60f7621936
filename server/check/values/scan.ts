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

const first = firstFreeByte;
const second = first + mostBytes;
const alive = second + mostBytes;
const state = alive + mostBytes;

/** The memory that parts are looked at in: two of them, so that one can be read into while the other is looked at. */
export interface ScanRoom extends Disposable {
  readonly kernels: Kernels;
  readonly memory: KernelMemory;
  readonly parts: readonly [Uint8Array, Uint8Array];
}

let spare: ScanRoom | undefined;

/** Nobody else's until it is disposed of. */
export function takeRoom(): ScanRoom {
  const room = spare ?? createRoom();
  spare = undefined;
  return room;
}

function createRoom(): ScanRoom {
  const memory = createMemory(state + 4 * scanCount);
  const part = (pointer: number) => new Uint8Array(memory.buffer, pointer, mostBytes);
  const room: ScanRoom = {
    memory,
    kernels: createKernels(memory),
    parts: [part(first), part(second)],
    [Symbol.dispose]: () => void (spare = room),
  };
  return room;
}

/**
 * Looks at a matrix part by part, which lie in its room; parts are whole rows, in their order, of `mostBytes` at most. Only the last
 * row may be shorter.
 */
export class Scan {
  readonly #room: ScanRoom;
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

  constructor(room: ScanRoom, dtype: ScannedDType, columns: number) {
    this.#room = room;
    this.#dtype = dtype;
    this.#columns = columns;
    this.#alive = new Uint8Array(columns * widths[dtype]);
  }

  get rowBytes(): number {
    return this.#alive.length;
  }

  add(bytes: Uint8Array): void {
    const { kernels, memory } = this.#room;
    if (bytes.buffer !== memory.buffer) throw new RangeError('The bytes do not lie in the room of the scan.');
    const columns = new Uint8Array(memory.buffer, alive, this.#alive.length);
    const numbers = new Uint32Array(memory.buffer, state, scanCount);
    columns.set(this.#alive);
    numbers.set(this.#numbers.fill(0, 0, 6));
    const width = Math.min(bytes.length, this.rowBytes);
    const rows = bytes.length / width;
    const dtype = this.#dtype;
    const shape = { rows, columns: width / widths[dtype], first: this.#rows };
    kernels.scanMatrix({ dtype, source: bytes.byteOffset, ...shape, alive, state });
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
