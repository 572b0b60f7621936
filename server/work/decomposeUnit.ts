/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import type { Pointer } from '../kernels/kernels.ts';
import { type Gram, gramScratch, openGram } from './gram.ts';
import type { Statistics } from './job.ts';
import type { DecomposeItem, SingularVectors } from './spectrumItems.ts';
import { guardVectors, leadingVectors } from './leadingVectors.ts';
import { blockScratch, eachBlock, longMatrix, rowsAtOnce } from './longRows.ts';
import { lengthOf, scale } from './orthonormal.ts';
import { leadingSpectrum, leadingScratch } from './leadingSpectrum.ts';
import type { Apply } from './ritz.ts';
import { carve, float64At, type Station } from './station.ts';
import { emptyStatistics } from './statistics.ts';
import { eigenPairs } from './symmetricVectors.ts';
import { vectorCount } from './vectorCount.ts';

/** Up to this size a Gram matrix has all its vectors at once, whatever is wanted of them. */
const fewColumns = 256;

/** Vectors that are computed of a larger matrix, at most. */
const mostVectors = 256;

/** Square roots of eigenvalues know this share of the largest. */
const floor = 1e-7;

/** Singular values of a stored matrix, and its leading singular vectors where they are wanted. */
export function decomposeUnit(station: Station, item: DecomposeItem): Statistics {
  if (longMatrix(item).small > item.exactUpTo) return leadingUnit(station, item);
  const gram = openGram(station, item, station.scratch);
  const singularValues = gram.eigenvalues.map(Math.sqrt);
  const wanted =
    item.vectors === undefined || !Number.isFinite(gram.trace)
      ? 0
      : vectorCount(item.vectors, { sigma: singularValues, squares: gram.trace, floor });
  const exact = { ...emptyStatistics(0), movingSquares: gram.trace, singularValues };
  if (wanted === 0 || (wanted > mostVectors && gram.size > fewColumns)) return exact;
  const vectors = vectorsOf(station, item, gram, wanted);
  return { ...exact, singularVectors: bothSides(station, item, vectors, wanted) };
}

/** Scratch for a decomposition, in bytes. */
export function decomposeScratch(item: DecomposeItem): number {
  const { small } = longMatrix(item);
  if (small > item.exactUpTo) return leadingScratch(item) + sideScratch(item);
  const vectors = item.vectors === undefined ? 0 : 16 * (mostVectors + guardVectors) * small + 256;
  return gramScratch(item) + vectors + sideScratch(item);
}

function leadingUnit(station: Station, item: DecomposeItem): Statistics {
  const { sigma, vectors, squares, error } = leadingSpectrum(station, item, station.scratch);
  const found = {
    ...emptyStatistics(0),
    movingSquares: squares,
    singularValues: sigma,
    spectrumError: error,
  };
  if (item.vectors === undefined || !Number.isFinite(squares)) return found;
  const count = vectorCount(item.vectors, { sigma, squares, floor });
  if (count === 0) return found;
  return { ...found, singularVectors: bothSides(station, item, vectors, count) };
}

/** Of the small side, a row for each. */
function vectorsOf(station: Station, item: DecomposeItem, gram: Gram, count: number): Float64Array {
  const { matrix, size, eigenvalues } = gram;
  if (size <= fewColumns) return eigenPairs(float64At(station, matrix, size * size), size).vectors;
  const take = carve(rest(station, gramScratch(item)));
  const width = Math.min(size, count + guardVectors);
  const [from, to] = [take(8 * width * size), take(8 * width * size)];
  const apply: Apply = (rows, many) => {
    station.check();
    float64At(station, from, many * size).set(rows);
    float64At(station, to, many * size).fill(0);
    station.kernels.multiply({
      dtype: 'F64',
      left: from,
      right: matrix,
      rows: many,
      columns: size,
      rank: size,
      scale: 1,
      target: to,
    });
    return Float64Array.from(float64At(station, to, many * size));
  };
  return leadingVectors(eigenvalues, { count, apply, check: station.check }).vectors;
}

function rest({ scratch }: Station, used: number) {
  return { pointer: scratch.pointer + used, bytes: scratch.bytes - used };
}

function sideScratch(item: DecomposeItem): number {
  const { small } = longMatrix(item);
  return blockScratch(longMatrix(item)) + 8 * (small + rowsAtOnce) * mostVectors + 512;
}

/** W · v for each of the first vectors v of the small side, which gives those of the long side and their values. */
function bothSides(
  station: Station,
  item: DecomposeItem,
  found: Float64Array,
  count: number,
): SingularVectors {
  const { long, small, transposed } = longMatrix(item);
  const short = found.slice(0, count * small);
  const images = new Float64Array(count * long);
  const take = carve(rest(station, station.scratch.bytes - sideScratch(item)));
  const reading = { pointer: take(blockScratch(longMatrix(item))), bytes: blockScratch(longMatrix(item)) };
  const [right, target] = [take(8 * count * small), take(8 * count * rowsAtOnce)];
  float64At(station, right, count * small).set(short);
  eachBlock({ ...station, scratch: reading }, item, (block) => {
    multiplyBlock(station, block, { right, target, small, count });
    const products = float64At(station, target, block.count * count);
    for (let r = 0; r < block.count; r++)
      for (let c = 0; c < count; c++) images[c * long + block.start + r] = products[r * count + c]!;
  });
  const values = Float64Array.from({ length: count }, (_, index) => {
    const row = images.subarray(index * long, (index + 1) * long);
    const length = lengthOf(row);
    scale(row, length === 0 ? 0 : 1 / length);
    return length;
  });
  return { values, ...(transposed ? { left: short, right: images } : { left: images, right: short }) };
}

function multiplyBlock(
  station: Station,
  { values, count: rows }: { readonly values: Pointer; readonly count: number },
  {
    right,
    target,
    small,
    count,
  }: {
    readonly right: Pointer;
    readonly target: Pointer;
    readonly small: number;
    readonly count: number;
  },
): void {
  float64At(station, target, rows * count).fill(0);
  const sides = { dtype: 'F64', left: values, right, target } as const;
  station.kernels.multiply({ ...sides, rows, columns: count, rank: small, scale: 1 });
}
