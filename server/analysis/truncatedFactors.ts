/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import { createHash } from 'node:crypto';
import type { Cache } from '../bytes/cache.ts';
import { openFile } from '../bytes/fileSource.ts';
import { identify } from '../bytes/identity.ts';
import type { DirectionTensor, LowRank } from '../directions/term.ts';
import { tensorsOf } from '../directions/terms.ts';
import type { Truncation } from '../directions/truncation.ts';
import { ServerError } from '../errors.ts';
import { readSafetensors } from '../tensors/safetensorsHeader.ts';
import { layOut } from '../tensors/safetensorsWriter.ts';
import type { SingularVectors } from '../work/spectrumItems.ts';

/** Counted up whenever the same question would have another answer. */
const version = 1;

/** What is left of w on a tensor. */
export interface Kept {
  /** Undefined: all of it, as it is. */
  readonly term?: LowRank;
  /** ‖w‖² there, and what has been left out of it. */
  readonly squares: number;
  readonly tail: number;
}

/** Of large files what is hashed: the header of all but the largest models is in it. */
const hashedStart = 2 ** 20;

/** Says of files what tells whether they are still the same, each looked at once. */
export class FileStates {
  readonly #known = new Map<string, Promise<readonly unknown[]>>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Size, time and a hash: of all of it up to 64 MB, else of where its header is. Errors: those of reading. */
  of(file: string): Promise<readonly unknown[]> {
    const state = this.#known.get(file) ?? stateOf(file, this.#signal);
    this.#known.set(file, state);
    return state;
  }
}

async function stateOf(file: string, signal: AbortSignal): Promise<readonly unknown[]> {
  const { size, modifiedMilliseconds, sha256 } = await identify(file, { signal });
  return [file, size, modifiedMilliseconds, sha256 ?? (await hashOfStart(file, signal))];
}

async function hashOfStart(file: string, signal: AbortSignal): Promise<string> {
  await using source = await openFile(file, signal);
  const start = await source.read(0, Math.min(source.size, hashedStart), signal);
  return createHash('sha256').update(start).digest('hex');
}

/** Names everything that the factors depend on: the terms, and the files they are in; `turned` as in `keep`. */
export async function keyOf(
  { terms }: DirectionTensor,
  { rank, energy }: Truncation,
  { turned, files }: { readonly turned: boolean; readonly files: FileStates },
): Promise<unknown[]> {
  const states: unknown[] = [];
  for (const file of new Set(terms.flatMap(tensorsOf).map((tensor) => tensor.file)))
    states.push(await files.of(file));
  return ['truncated', version, rank ?? null, energy ?? null, turned, terms, states];
}

/** What was computed before; undefined where there is nothing, or nothing whole. */
export async function findKept(
  cache: Cache,
  key: readonly unknown[],
  signal: AbortSignal,
): Promise<Kept | undefined> {
  const path = await cache.find(key);
  return path === undefined ? undefined : await readKept(path, signal);
}

/**
 * Writes factors of a tensor as a safetensors file into the cache, float64 with σ in the left one; none where all is kept as
 * it is. The left one is [rows, rank], or `turned` [rank, rows], by which adapters are told that the module keeps its weight
 * as [in, out] (see `isTurned`).
 */
export async function keep(
  cache: Cache,
  key: readonly unknown[],
  {
    vectors,
    squares,
    tail,
    turned,
    signal,
  }: Omit<Kept, 'term'> & {
    readonly turned: boolean;
    readonly vectors: SingularVectors | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Kept> {
  const factors = vectors === undefined ? [] : factorsOf(vectors, turned);
  const specs = factors.map(({ name, shape }) => ({ name, dtype: 'F64' as const, shape }));
  const metadata = new Map([
    ['squares', String(squares)],
    ['tail', String(tail)],
  ]);
  const { header, offsets, size } = layOut('factors', specs, metadata);
  const content = new Uint8Array(size);
  content.set(header);
  for (const [index, { values }] of factors.entries())
    content.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offsets[index]);
  const path = await cache.keep(key, content);
  const kept = await readKept(path, signal);
  if (kept === undefined) throw new ServerError('write-failed', path, 'is not what was written');
  return kept;
}

function factorsOf({ values, left, right }: SingularVectors, turned: boolean) {
  const count = values.length;
  const rows = left.length / count;
  const scaled = new Float64Array(left.length);
  for (let index = 0; index < count; index++)
    for (let row = 0; row < rows; row++)
      scaled[turned ? index * rows + row : row * count + index] = values[index]! * left[index * rows + row]!;
  return [
    { name: turned ? 'turned' : 'left', values: scaled, shape: turned ? [count, rows] : [rows, count] },
    { name: 'right', values: right, shape: [count, right.length / count] },
  ];
}

async function readKept(path: string, signal: AbortSignal): Promise<Kept | undefined> {
  try {
    await using source = await openFile(path, signal);
    const { tensors, metadata } = await readSafetensors(source, signal);
    const [squares, tail] = ['squares', 'tail'].map((name) => Number(metadata.get(name) ?? Number.NaN));
    if (squares === undefined || tail === undefined || !Number.isFinite(squares + tail)) return undefined;
    const named = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    const left = named.get('left') ?? named.get('turned');
    const right = named.get('right');
    if (left === undefined || right === undefined)
      return tensors.length === 0 ? { squares, tail } : undefined;
    const sides = {
      left: { tensor: left, transposed: left.name === 'turned' },
      right: { tensor: right, transposed: false },
    };
    return { term: { kind: 'low-rank', scale: 1, rank: right.shape[0] ?? 0, ...sides }, squares, tail };
  } catch (error) {
    if (error instanceof ServerError) return undefined; // Cut off by a power cut: it is computed again.
    throw error;
  }
}
