import type { DType } from '#protocol/tensors.ts';
import { ServerError } from '../errors.ts';
import { bytesOf } from './dtype.ts';
import { quote } from './jsonScanner.ts';

/** A tensor to be written. */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** A safetensors file before its data. */
export interface Layout {
  /** The file's first bytes: length and JSON, padded with spaces to a multiple of 8. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** Absolute position of each tensor in the file, in the order given. */
  readonly offsets: readonly number[];
  /** Of the whole file. */
  readonly size: number;
}

/** What the reference implementation writes for PyTorch models; readers look for it. */
const pytorch: ReadonlyMap<string, string> = new Map([['format', 'pt']]);

/**
 * Lays out tensors one after another in the order given, without gaps. `file` is for messages. A name that comes
 * twice, or `__metadata__` as a name, cannot be stored: `invalid-safetensors`.
 */
export function layOut(file: string, tensors: readonly TensorSpec[], metadata = pytorch): Layout {
  refuseNames(file, tensors);
  let end = 0;
  const begins: number[] = [];
  const entries = tensors.map(({ name, dtype, shape }) => {
    const begin = end;
    begins.push(begin);
    end += bytesOf(dtype, shape);
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`;
  });
  const described = metadata.size === 0 ? [] : [`"__metadata__":${objectText(metadata)}`];
  const header = withLength(`{${[...described, ...entries].join(',')}}`);
  return { header, offsets: begins.map((begin) => header.length + begin), size: header.length + end };
}

function refuseNames(file: string, tensors: readonly TensorSpec[]): void {
  const seen = new Set(['__metadata__']);
  for (const { name: tensor } of tensors) {
    if (seen.has(tensor)) {
      const problem = `a second entry named ${quote(tensor)} cannot be stored in it`;
      throw new ServerError('invalid-safetensors', file, problem, { tensor });
    }
    seen.add(tensor);
  }
}

/** Written by hand, because an object would reorder names such as "1" and swallow `__proto__`. */
function objectText(entries: ReadonlyMap<string, string>): string {
  const members = [...entries].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `{${members.join(',')}}`;
}

function withLength(json: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(json);
  const padded = Math.ceil(bytes.length / 8) * 8;
  const header = new Uint8Array(8 + padded).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(bytes, 8);
  return header;
}
