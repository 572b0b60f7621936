import type { DType } from '#protocol/tensors.ts';
import { ServerError } from '../../errors.ts';
import { quote } from '../jsonScanner.ts';
import type { Refuse } from '../pickle/pickleBytes.ts';
import { GgufBytes } from './ggufBytes.ts';
import { ggmlType } from './ggmlTypes.ts';
import { type GgufValue, readValue } from './ggufValue.ts';

const mostTensors = 250_000;
const mostValues = 100_000;
/** ggml's GGML_MAX_DIMS. */
const mostDimensions = 4;

/** A tensor as the header describes it. */
export interface GgufEntry {
  readonly name: string;
  readonly dtype: DType;
  /** The last axis runs fastest: ggml's order turned round. */
  readonly shape: readonly number[];
  /** From the beginning of the data. */
  readonly offset: bigint;
}

export interface GgufHeader {
  readonly values: ReadonlyMap<string, GgufValue>;
  readonly entries: readonly GgufEntry[];
  /** Bytes up to the last entry's end; the data begin at the next multiple of the alignment. */
  readonly length: number;
}

/** Parses what stands before the data. Throws `NeedsMore` where `bytes` ends earlier. */
export function parseHeader(file: string, bytes: Uint8Array): GgufHeader {
  const refuse = (problem: string) => new ServerError('invalid-gguf', file, problem);
  const reader = new GgufBytes(bytes, refuse);
  if (reader.unsigned32() !== 0x46554747) throw refuse('does not begin with "GGUF"');
  refuseVersion(file, reader.unsigned32());
  const tensors = reader.count(mostTensors, 'tensors');
  const count = reader.count(mostValues, 'metadata values');
  const values = new Map<string, GgufValue>();
  for (let index = 0; index < count; index++) {
    const key = reader.text();
    if (values.has(key)) throw refuse(`has the key ${quote(key)} twice`);
    values.set(key, readValue(reader, reader.unsigned32(), refuse));
  }
  const entries = new Map<string, GgufEntry>();
  for (let index = 0; index < tensors; index++) {
    const entry = readEntry(reader, refuse);
    if (entries.has(entry.name)) throw refuse(`has the tensor ${quote(entry.name)} twice`);
    entries.set(entry.name, entry);
  }
  return { values, entries: [...entries.values()], length: reader.position };
}

function refuseVersion(file: string, version: number): void {
  if (version === 2 || version === 3) return;
  const isTurned = (version & 0xffff) === 0;
  const what = isTurned
    ? 'is a big-endian GGUF file'
    : `is of the GGUF version ${version}; known are 2 and 3`;
  throw new ServerError(
    'unsupported-format',
    file,
    `${what}; convert the model again with a newer llama.cpp`,
  );
}

function readEntry(reader: GgufBytes, refuse: Refuse): GgufEntry {
  const name = reader.text();
  const dimensions = reader.unsigned32();
  if (dimensions > mostDimensions) throw refuse(`has ${dimensions} dimensions of ${quote(name)}; ggml has 4`);
  const sizes = Array.from({ length: dimensions }, () =>
    reader.count(Number.MAX_SAFE_INTEGER, `elements of ${quote(name)}`),
  );
  const type = reader.unsigned32();
  const dtype = ggmlType(type);
  if (dtype === undefined) throw refuse(`has ${quote(name)} in the type ${type}, which is not known`);
  return { name, dtype, shape: sizes.toReversed(), offset: reader.unsigned64() };
}
