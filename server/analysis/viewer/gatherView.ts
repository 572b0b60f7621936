import type { ByteSource } from '../../bytes/byteSource.ts';
import { bitsOf } from '../../tensors/dtype.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';

/** Part of one of a tensor's matrices (its last two dimensions), in elements. */
export interface Piece {
  readonly slice: number;
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

/** Bytes read at once, what lies between the wanted elements included. */
const mostBytes = 2 ** 22;

/** How elements lie along one axis of a piece, and where they go in it, both counted in elements. */
interface Axis {
  readonly length: number;
  readonly stride: number;
  readonly target: number;
}

/** How the elements of a tensor lie in its storage, in elements; of one that is no view, row by row. */
function stridesOf({ layout, shape }: StoredTensor): readonly number[] {
  if (layout?.kind === 'strided') return layout.strides;
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

/**
 * The bytes of a piece of a view, row by row. In one read where its elements lie near each other; else along the axis on which they
 * lie closer, some megabytes at a time. Elements have 1, 2, 4 or 8 bytes, as all of torch's do.
 */
export async function gatherView(
  source: ByteSource,
  tensor: StoredTensor,
  piece: Piece,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const width = bitsOf(tensor.dtype) / 8;
  const { rows, columns } = piece;
  const result = new Uint8Array(rows * columns * width);
  if (result.length === 0) return result;
  const strides = stridesOf(tensor);
  const [down, across] = [strides.at(-2) ?? 0, strides.at(-1) ?? 0];
  const first = sliceStart(tensor, strides, piece.slice) + piece.row * down + piece.column * across;
  const axes = closerFirst(
    { length: rows, stride: down, target: columns },
    { length: columns, stride: across, target: 1 },
  );
  for (const { inner, outer, start, target } of reads(axes, width)) {
    const span = (inner.length - 1) * inner.stride + (outer.length - 1) * outer.stride + 1;
    const bytes = await source.read(tensor.offset + (first + start) * width, span * width, signal);
    place(bytes, result, { inner, outer, target, width });
  }
  return result;
}

/** Where the matrix begins in the storage. */
function sliceStart({ shape }: StoredTensor, strides: readonly number[], slice: number): number {
  let [start, rest] = [0, slice];
  for (let axis = shape.length - 3; axis >= 0; axis--) {
    const length = shape[axis] ?? 1;
    start += (rest % length) * (strides[axis] ?? 0);
    rest = Math.floor(rest / length);
  }
  return start;
}

type Axes = readonly [inner: Axis, outer: Axis];

/** An axis of one element, or one that repeats the same, says nothing of what lies together. */
function closerFirst(rows: Axis, columns: Axis): Axes {
  const distance = ({ length, stride }: Axis) => (length > 1 && stride > 0 ? stride : Infinity);
  return distance(rows) < distance(columns) ? [rows, columns] : [columns, rows];
}

interface Read {
  readonly inner: Axis;
  readonly outer: Axis;
  /** Of the first element, in the storage and in the piece. */
  readonly start: number;
  readonly target: number;
}

function* reads([inner, outer]: Axes, width: number): Generator<Read> {
  const most = mostBytes / width - 1;
  const inside = fitting(most, inner);
  const isWhole = inside === inner.length;
  const outside = isWhole ? fitting(most - (inside - 1) * inner.stride, outer) : 1;
  // Several lines in one read are worth it where not much more than they are lies between them.
  const together = outer.stride <= 4 * inside * Math.max(1, inner.stride) ? outside : 1;
  for (let line = 0; line < outer.length; line += together) {
    for (let at = 0; at < inner.length; at += inside) {
      yield {
        inner: { ...inner, length: Math.min(inside, inner.length - at) },
        outer: { ...outer, length: Math.min(together, outer.length - line) },
        start: line * outer.stride + at * inner.stride,
        target: line * outer.target + at * inner.target,
      };
    }
  }
}

/** How many elements of an axis so many others behind the first reach. */
function fitting(room: number, { stride, length }: Axis): number {
  return Math.max(1, Math.min(length, stride === 0 ? length : Math.floor(room / stride) + 1));
}

/** Bit for bit: an element of 8 bytes is two words. */
function place(
  bytes: Uint8Array,
  result: Uint8Array,
  { inner, outer, target, width }: Omit<Read, 'start'> & { readonly width: number },
): void {
  const words = Math.max(1, width / 4);
  const [from, to] = [inWords(bytes, width), inWords(result, width)];
  for (let line = 0; line < outer.length; line++) {
    for (let at = 0; at < inner.length; at++) {
      const source = (line * outer.stride + at * inner.stride) * words;
      const place = (target + line * outer.target + at * inner.target) * words;
      for (let word = 0; word < words; word++) to[place + word] = from[source + word] ?? 0;
    }
  }
}

function inWords(
  { buffer, byteOffset, length }: Uint8Array,
  width: number,
): Uint8Array | Uint16Array | Uint32Array {
  if (width === 1) return new Uint8Array(buffer, byteOffset, length);
  if (width === 2) return new Uint16Array(buffer, byteOffset, length / 2);
  return new Uint32Array(buffer, byteOffset, length / 4);
}
