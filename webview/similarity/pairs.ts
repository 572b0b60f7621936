import type { SimilarityFlag, SimilarityResult, SimilaritySlice } from '#protocol/similarity.ts';

/** Two subjects by their numbers, `a` before `b`, and how alike they are in one part of the model. */
export interface Pair {
  readonly a: number;
  readonly b: number;
  readonly cosine: number | null;
  readonly z: number | null;
  readonly flags: readonly SimilarityFlag[];
}

/** One layer of a pair's strip. */
export interface PairLayer {
  readonly layer: number;
  readonly cosine: number | null;
  readonly z: number | null;
}

/** The pair of two subjects, in whichever order they are named. */
export function pairOf(
  { cosine, z }: SimilaritySlice,
  flags: readonly SimilarityFlag[],
  one: number,
  other: number,
): Pair {
  const a = Math.min(one, other);
  const b = Math.max(one, other);
  const isHere = (flag: SimilarityFlag) => Math.min(flag.a, flag.b) === a && Math.max(flag.a, flag.b) === b;
  return { a, b, cosine: at(cosine, a, b), z: at(z, a, b), flags: flags.filter(isHere) };
}

/** Flags by pair, so that many pairs do not each look through all flags. */
export function flagsByPair(
  flags: readonly SimilarityFlag[],
): (one: number, other: number) => readonly SimilarityFlag[] {
  const groups = Map.groupBy(flags, ({ a, b }) => keyOf(a, b));
  return (one, other) => groups.get(keyOf(one, other)) ?? [];
}

function keyOf(a: number, b: number): string {
  return `${Math.min(a, b)} ${Math.max(a, b)}`;
}

/** Every pair once, the furthest from chance first: by |z|, then by |cosine|; what is not known comes last. */
export function rankedPairs(slice: SimilaritySlice, flags: readonly SimilarityFlag[]): readonly Pair[] {
  const count = slice.cosine.length;
  const flagsOf = flagsByPair(flags);
  const pairs = Array.from({ length: count }, (_, a) =>
    Array.from({ length: count - a - 1 }, (_unused, index) =>
      pairOf(slice, flagsOf(a, a + 1 + index), a, a + 1 + index),
    ),
  );
  return pairs
    .flat()
    .toSorted((left, right) => byMagnitude(left.z, right.z) || byMagnitude(left.cosine, right.cosine));
}

/** The pair in each layer, ascending; layers that one of the two does not reach have null. */
export function layersOf({ layers }: SimilarityResult, a: number, b: number): readonly PairLayer[] {
  return layers.map(({ layer, cosine, z }) => ({ layer, cosine: at(cosine, a, b), z: at(z, a, b) }));
}

function at(matrix: SimilaritySlice['cosine'], row: number, column: number): number | null {
  return matrix[row]?.[column] ?? null;
}

function byMagnitude(left: number | null, right: number | null): number {
  return magnitude(right) - magnitude(left);
}

function magnitude(value: number | null): number {
  return value === null ? -1 : Math.abs(value);
}
