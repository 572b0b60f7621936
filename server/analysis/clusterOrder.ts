import type { Matrix } from '#protocol/similarity.ts';

/**
 * An order of the subjects in which like stands by like: the leaves of a tree of average linkage over 1 − cosine,
 * from left to right. A cosine that is null counts as 0. Where two pairs are equally near, the first is joined.
 */
export function clusterOrder(cosine: Matrix): readonly number[] {
  let clusters: readonly (readonly number[])[] = cosine.map((_, index) => [index]);
  while (clusters.length > 1) clusters = joined(clusters, cosine);
  return clusters[0] ?? [];
}

/** The two nearest clusters become one, which stands where the first of them stood. */
function joined(clusters: readonly (readonly number[])[], cosine: Matrix): readonly (readonly number[])[] {
  let nearest: { readonly one: readonly number[]; readonly other: readonly number[] } | undefined;
  let highest = -Infinity;
  for (const [index, one] of clusters.entries()) {
    for (const other of clusters.slice(index + 1)) {
      const mean = meanCosine(one, other, cosine);
      if (mean <= highest) continue;
      highest = mean;
      nearest = { one, other };
    }
  }
  if (nearest === undefined) return [clusters.flat()];
  const { one, other } = nearest;
  return clusters
    .filter((cluster) => cluster !== other)
    .map((cluster) => (cluster === one ? [...one, ...other] : cluster));
}

function meanCosine(one: readonly number[], other: readonly number[], cosine: Matrix): number {
  const sum = one.reduce((total, a) => total + other.reduce((row, b) => row + (cosine[a]?.[b] ?? 0), 0), 0);
  return sum / (one.length * other.length);
}
