import type { FloatDType } from '#protocol/tensors.ts';

/** What is counted of a matrix, part by part; parts end with rows. */
export interface Counts {
  nan: number;
  infinite: number;
  zeros: number;
  /** Not zero, and smaller than the smallest number of the dtype with all its digits. */
  subnormal: number;
  deadRows: number;
  /** The first dead row; −1 where there is none. */
  firstDeadRow: number;
  /** 1 where a column has something other than zero. */
  readonly alive: Uint8Array;
  /** Of the bytes, in their order. */
  hash: number;
}

export function emptyCounts(columns: number): Counts {
  return {
    nan: 0,
    infinite: 0,
    zeros: 0,
    subnormal: 0,
    deadRows: 0,
    firstDeadRow: -1,
    alive: new Uint8Array(columns),
    hash: 0x811c9dc5 | 0,
  };
}

/** Bit patterns of a dtype, without the sign, in the units that are scanned. */
interface Pattern {
  readonly magnitude: number;
  readonly infinity: number;
  /** The smallest number that is not subnormal. */
  readonly normal: number;
}

const patterns: Readonly<Record<Exclude<FloatDType, 'F64'>, Pattern>> = {
  BF16: { magnitude: 0x7fff, infinity: 0x7f80, normal: 0x80 },
  F16: { magnitude: 0x7fff, infinity: 0x7c00, normal: 0x400 },
  F32: { magnitude: 0x7fffffff, infinity: 0x7f800000, normal: 0x800000 },
};

/** Counts whole rows; `firstRow` is the number of the first of them. */
export function scanRows(
  dtype: FloatDType,
  bytes: Uint8Array<ArrayBuffer>,
  firstRow: number,
  counts: Counts,
): void {
  if (dtype === 'F64') return scanWide(bytes, firstRow, counts);
  const { buffer, byteOffset, byteLength } = bytes;
  const words =
    dtype === 'F32'
      ? new Uint32Array(buffer, byteOffset, byteLength / 4)
      : new Uint16Array(buffer, byteOffset, byteLength / 2);
  scanWords(words, patterns[dtype], firstRow, counts);
}

/** The loop that reads gigabytes: local variables, no calls. */
function scanWords(
  words: Uint16Array | Uint32Array,
  pattern: Pattern,
  firstRow: number,
  counts: Counts,
): void {
  const { magnitude, infinity, normal } = pattern;
  const { alive } = counts;
  const columns = alive.length;
  let { hash, zeros, subnormal } = counts;
  for (let start = 0, row = firstRow; start < words.length; start += columns, row++) {
    let isDead = true;
    const width = Math.min(columns, words.length - start);
    for (let column = 0; column < width; column++) {
      const word = words[start + column] ?? 0;
      const size = word & magnitude;
      hash = Math.imul(hash ^ word, 0x01000193);
      if (size === 0) {
        zeros++;
        continue;
      }
      isDead = false;
      alive[column] = 1;
      if (size < normal) subnormal++;
      else if (size === infinity) counts.infinite++;
      else if (size > infinity) counts.nan++;
    }
    if (isDead) noteDead(row, counts);
  }
  counts.hash = hash;
  counts.zeros = zeros;
  counts.subnormal = subnormal;
}

function scanWide(
  { buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>,
  firstRow: number,
  counts: Counts,
): void {
  const values = new Float64Array(buffer, byteOffset, byteLength / 8);
  const { alive } = counts;
  for (let start = 0, row = firstRow; start < values.length; start += alive.length, row++) {
    let isDead = true;
    const width = Math.min(alive.length, values.length - start);
    for (let column = 0; column < width; column++) {
      const value = values[start + column] ?? 0;
      counts.hash = Math.imul(counts.hash ^ Math.fround(value), 0x01000193);
      if (value === 0) {
        counts.zeros++;
        continue;
      }
      isDead = false;
      alive[column] = 1;
      if (Number.isNaN(value)) counts.nan++;
      else if (!Number.isFinite(value)) counts.infinite++;
      else if (Math.abs(value) < 2 ** -1022) counts.subnormal++;
    }
    if (isDead) noteDead(row, counts);
  }
}

function noteDead(row: number, counts: Counts): void {
  if (counts.deadRows === 0) counts.firstDeadRow = row;
  counts.deadRows++;
}
