/** Builds GGUF files with one thing wrong. */

export interface GgufParts {
  readonly version?: number;
  readonly count?: bigint;
  readonly valueCount?: bigint;
  readonly values?: readonly (readonly [key: string | Buffer, type: Buffer, value: Buffer])[];
  readonly tensors: readonly {
    readonly name: string;
    /** In ggml's order: the first runs fastest. */
    readonly sizes: readonly bigint[];
    readonly type: number;
    readonly offset: bigint;
  }[];
  /** Bytes of data, all zero. */
  readonly data: number;
}

export function ggufFile({ version = 3, values = [], tensors, data, ...counts }: GgufParts): Buffer {
  const { count = BigInt(tensors.length), valueCount = BigInt(values.length) } = counts;
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(version),
    u64(count),
    u64(valueCount),
    ...values.flatMap(([key, type, value]) => [typeof key === 'string' ? text(key) : key, type, value]),
    ...tensors.flatMap(({ name, sizes, type, offset }) => [
      text(name),
      u32(sizes.length),
      ...sizes.map((size) => u64(size)),
      u32(type),
      u64(offset),
    ]),
  ]);
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), Buffer.alloc(data)]);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

export function text(value: string): Buffer {
  return Buffer.concat([u64(BigInt(Buffer.byteLength(value))), Buffer.from(value)]);
}

/** The beginning of a list: type and count. */
export function list(type: number, count: bigint): Buffer {
  return Buffer.concat([u32(type), u64(count)]);
}
