import type { Matrix, SimilarityResult, SimilaritySlice } from './similarity.ts';

const headings = ['part', 'a', 'b', 'cosine', 'z', 'norm_a', 'norm_b', 'flags'];

/**
 * A table of a similarity, headings first: one row a pair and part of the model, in the order of the subjects; the whole model, without
 * embeddings, each layer, each module type. Files of the command line and of the panel hold just this.
 */
export function similarityRows(result: SimilarityResult): readonly (readonly (string | number | null)[])[] {
  const parts: readonly (readonly [string, SimilaritySlice])[] = [
    ['model', result],
    ['without embeddings', result.withoutEmbeddings],
    ...result.layers.map((slice) => [`layer ${slice.layer}`, slice] as const),
    ...result.modules.map((slice) => [`module ${slice.module}`, slice] as const),
  ];
  return [headings, ...parts.flatMap(([part, slice]) => rowsOf(part, slice, result))];
}

function rowsOf(part: string, { cosine, z, norms }: SimilaritySlice, { names, flags }: SimilarityResult) {
  return pairsOf(names).map(([a, b]) => {
    const own = flags.filter((flag) => Math.min(flag.a, flag.b) === a && Math.max(flag.a, flag.b) === b);
    return [
      part,
      names[a] ?? null,
      names[b] ?? null,
      at(cosine, a, b),
      at(z, a, b),
      norms[a] ?? null,
      norms[b] ?? null,
      own.map(({ code }) => code).join(' '),
    ];
  });
}

function pairsOf(names: readonly string[]): readonly (readonly [number, number])[] {
  return names.flatMap((_, a) => names.slice(a + 1).map((_other, index) => [a, a + 1 + index] as const));
}

function at(matrix: Matrix, row: number, column: number): number | null {
  return matrix[row]?.[column] ?? null;
}
