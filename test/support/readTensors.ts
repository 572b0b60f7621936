import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from './json.ts';

/** A tensor of a safetensors file as it is stored. */
export interface ReadTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface ReadArchive {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, ReadTensor>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/** Reads a safetensors file whole, with nothing of the product: what it wrote is judged by other eyes. */
export function readArchive(path: string): ReadArchive {
  const file = readFileSync(path);
  const origin = 8 + Number(file.readBigUInt64LE(0));
  const json = file.subarray(8, origin).toString('utf8');
  const { __metadata__: metadata = {} } = parseJson<{ __metadata__?: Record<string, string> }>(json);
  const entries = Object.entries(parseJson<Record<string, Entry>>(json)).filter(
    ([name]) => name !== '__metadata__',
  );
  const tensors = entries.map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]) => {
      return [name, { dtype, shape, bytes: file.subarray(origin + begin, origin + end) }] as const;
    },
  );
  return { metadata, tensors: new Map(tensors) };
}

/** Names of a folder's weights files, sorted. */
export function weightsFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.safetensors'))
    .toSorted();
}

/** All tensors of a folder. */
export function readModel(folder: string): ReadonlyMap<string, ReadTensor> {
  return new Map(weightsFiles(folder).flatMap((file) => [...readArchive(join(folder, file)).tensors]));
}

/** The values of a floating-point tensor, exact in float64. */
export function valuesOf({ dtype, bytes }: ReadTensor): Float64Array {
  const { buffer } = new Uint8Array(bytes); // A copy, aligned.
  if (dtype === 'F64') return new Float64Array(buffer);
  if (dtype === 'F32') return Float64Array.from(new Float32Array(buffer));
  const words = new Uint16Array(buffer);
  if (dtype === 'BF16')
    return Float64Array.from(new Float32Array(Uint32Array.from(words, (word) => word << 16).buffer));
  if (dtype === 'F16') return Float64Array.from(words, halfValue);
  throw new Error(`${dtype} is no floating-point dtype.`);
}

/** How far apart two finite values of one 32-bit float dtype are, in units in the last place; 0 for two NaN. */
export function unitsApart(one: number, other: number): number {
  if (Number.isNaN(one) || Number.isNaN(other))
    return Number.isNaN(one) && Number.isNaN(other) ? 0 : Infinity;
  return Math.abs(ordinal(one) - ordinal(other));
}

/** Floats of one sign are ordered as their bits are. */
function ordinal(value: number): number {
  const [bits = 0] = new Int32Array(new Float32Array([Math.abs(value)]).buffer);
  return value < 0 ? -bits : bits;
}

function halfValue(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 0x1f;
  const fraction = word & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
