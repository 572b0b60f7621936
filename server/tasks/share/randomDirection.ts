import { type FileHandle, open } from 'node:fs/promises';
import { writing } from '../../bytes/ioFailure.ts';
import type { Direction, DirectionTensor, Factor, Term } from '../../directions/term.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import { fillNormal } from '../../work/seededRows.ts';

interface RandomOptions {
  /** ‖w‖ of each tensor, by its name. */
  readonly norms: ReadonlyMap<string, number>;
  /** An empty file that its factors are written into. */
  readonly path: string;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Of a factor that stands beside dense terms, whose own rank is not known. */
const denseRank = 16;
const mostRank = 64;

/** Whether `randomDirection` can stand beside it: stacks of experts have no random one. */
export function hasRandom({ tensors }: Direction): boolean {
  return [...tensors.values()].every(({ shape }) => shape.length <= 2);
}

/**
 * What a direction is held against: on each tensor a product of normal factors, or a normal vector, whose norm is that of
 * w there. Its rank is that of w, at most 64, and 16 beside dense terms. The same for the same seed.
 */
export async function randomDirection(direction: Direction, options: RandomOptions): Promise<Direction> {
  const { norms, path, seed, signal } = options;
  const tensors = new Map<string, DirectionTensor>();
  await writing(path, async () => {
    await using file = await open(path, 'r+');
    const writer = new FactorWriter(file, path);
    for (const [index, tensor] of [...direction.tensors.values()].entries()) {
      signal.throwIfAborted();
      const norm = norms.get(tensor.name) ?? 0;
      if (norm === 0) continue;
      const term = await randomTerm(tensor, { norm, seed: 0x10000 * seed + 2 * index, writer });
      tensors.set(tensor.name, { ...tensor, terms: [term] });
    }
  });
  return { name: 'random', tensors, untied: direction.untied };
}

interface TermOptions {
  readonly norm: number;
  readonly seed: number;
  readonly writer: FactorWriter;
}

async function randomTerm(
  { shape, terms }: DirectionTensor,
  { norm, seed, writer }: TermOptions,
): Promise<Term> {
  const [rows = 1, columns] = shape;
  if (columns === undefined) {
    const values = normal(rows, seed);
    const scale = norm / Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    return { kind: 'dense', scale, tensor: await writer.write(values, [rows]) };
  }
  const rank = Math.min(rankOf(terms), mostRank, rows, columns);
  const [left, right] = [normal(rows * rank, seed), normal(rank * columns, seed + 1)];
  const scale = norm / productNorm(left, right, rank);
  const stored = async (values: Float32Array, size: readonly number[]): Promise<Factor> => ({
    tensor: await writer.write(values, size),
    transposed: false,
  });
  return {
    kind: 'low-rank',
    scale,
    rank,
    left: await stored(left, [rows, rank]),
    right: await stored(right, [rank, columns]),
  };
}

function rankOf(terms: readonly Term[]): number {
  return terms.reduce((sum, term) => sum + (term.kind === 'low-rank' ? term.rank : denseRank), 0);
}

function normal(count: number, seed: number): Float32Array {
  const values = new Float64Array(count);
  fillNormal(values, seed);
  return Float32Array.from(values);
}

/** ‖left · right‖ = √⟨leftᵀ·left, right·rightᵀ⟩, without the product. */
function productNorm(left: Float32Array, right: Float32Array, rank: number): number {
  const [rows, columns] = [left.length / rank, right.length / rank];
  let sum = 0;
  for (let one = 0; one < rank; one++) {
    for (let other = 0; other < rank; other++) {
      let [before, after] = [0, 0];
      for (let row = 0; row < rows; row++)
        before += (left[row * rank + one] ?? 0) * (left[row * rank + other] ?? 0);
      for (let column = 0; column < columns; column++)
        after += (right[one * columns + column] ?? 0) * (right[other * columns + column] ?? 0);
      sum += before * after;
    }
  }
  return Math.sqrt(sum);
}

/** Puts float32 tensors behind each other. */
class FactorWriter {
  readonly #file: FileHandle;
  readonly #path: string;
  #offset = 0;

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  async write(values: Float32Array, shape: readonly number[]): Promise<StoredTensor> {
    const offset = this.#offset;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    await this.#file.write(bytes, 0, bytes.length, offset);
    this.#offset += bytes.length;
    return { name: `random.${offset}`, dtype: 'F32', shape, file: this.#path, offset, bytes: bytes.length };
  }
}
