/** A value of the metadata of a file to be written. */
export type WrittenValue =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'float32'; readonly value: number };

/** A float32 tensor to be written, in the order of its shape: the last axis runs fastest. */
export interface GgufSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A GGUF file before its data. */
export interface GgufLayout {
  /** Everything before the data, padded to where they begin. */
  readonly header: Uint8Array;
  /** Absolute position of each tensor, in the order given. */
  readonly offsets: readonly number[];
  /** Of the whole file. */
  readonly size: number;
}

const alignment = 32;
const types = { text: 8, float32: 6 } as const;

/**
 * Lays out float32 tensors one after another in the order given (ggml/docs/gguf.md, version 3), each padded to the
 * alignment, the last too, as the gguf package does.
 */
export function layOutGguf(
  values: ReadonlyMap<string, WrittenValue>,
  tensors: readonly GgufSpec[],
): GgufLayout {
  const sizes = tensors.map(({ shape }) => padded(4 * shape.reduce((product, size) => product * size, 1)));
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  const parts = [
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(values.size),
    ...[...values].flatMap(([key, value]) => [text(key), u32(types[value.kind]), bytesOf(value)]),
    ...tensors.flatMap(({ name, shape }, index) => entry(name, shape, starts[index] ?? 0)),
  ];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = Buffer.concat([...parts, Buffer.alloc(padded(length) - length)]);
  const data = sizes.reduce((sum, size) => sum + size, 0);
  return { header, offsets: starts.map((start) => header.length + start), size: header.length + data };
}

/** ggml counts axes from the one that runs fastest; 0 is the type F32. */
function entry(name: string, shape: readonly number[], start: number): readonly Buffer[] {
  return [text(name), u32(shape.length), ...shape.toReversed().map(u64), u32(0), u64(start)];
}

function bytesOf(value: WrittenValue): Buffer {
  if (value.kind === 'text') return text(value.value);
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value.value);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function padded(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}
