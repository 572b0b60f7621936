import type { SimilarityFlag } from '#protocol/similarity.ts';
import { JobBuilder } from '../directions/jobBuilder.ts';
import type { Direction } from '../directions/term.ts';
import { dense } from '../directions/terms.ts';
import type { ProductOptions } from './innerProducts.ts';
import { randomStarts, type Start } from './randomStarts.ts';
import { placeKey } from './similarityFlags.ts';

/**
 * Cosine of the factors that training starts at random, above which they started alike. Those of other seeds lie at
 * 0 ± 1/√n, n in the thousands; those of one seed at 0.9 and more, until training has moved them by as much as they are long.
 */
const alike = 0.3;

/** In multiples of 1/√n, n of one tensor: what the best pair of several on a tensor does not reach by chance where factors are tiny. */
const beyondChance = 4;

/**
 * Pairs of subjects whose factors were trained from the same start (see `randomStarts`). Reads these factors once.
 */
export async function sharedInitialisations(
  subjects: readonly Direction[],
  options: ProductOptions,
): Promise<readonly SimilarityFlag[]> {
  const sums = await startSums(subjects, options);
  return [...sums.values()].flatMap((sum) => {
    const { a, b, tensors, elements } = sum;
    const found = cosine(sum);
    if (!(found > Math.max(alike, beyondChance / Math.sqrt(elements / tensors)))) return [];
    const names = `${subjects[a]?.name ?? ''} and ${subjects[b]?.name ?? ''}`;
    const message = `${names} were trained from the same initial factors (cosine ${found.toFixed(3)} over ${tensors} of them), which alone makes them alike.`;
    return [{ code: 'shared-initialisation', a, b, message }];
  });
}

interface StartSums {
  readonly a: number;
  readonly b: number;
  product: number;
  one: number;
  other: number;
  tensors: number;
  elements: number;
}

/** Starts of one shape on a tensor, and their inner products. */
interface Measured {
  readonly starts: readonly Start[];
  readonly gram: Float64Array;
}

async function startSums(
  subjects: readonly Direction[],
  { work, signal }: ProductOptions,
): Promise<ReadonlyMap<string, StartSums>> {
  const builder = new JobBuilder();
  const tensors = randomStarts(subjects).map((groups) =>
    groups.map((starts) => {
      const [first] = starts;
      const [rows = 1, columns = 1] = first?.stored.shape ?? [];
      const sums = starts.map(({ stored }) => [builder.term(dense(stored))]);
      const item = builder.add({ kind: 'gram', name: first?.stored.name ?? '', rows, columns, sums });
      return { starts, item };
    }),
  );
  const found = await work.run(builder.job([]), { signal });
  const sums = new Map<string, StartSums>();
  for (const groups of tensors)
    addPairs(
      sums,
      groups.map(({ starts, item }) => ({ starts, gram: found.get(item)?.gram ?? new Float64Array() })),
    );
  return sums;
}

/** Of two subjects with several factors on a tensor, the two that are most alike. */
function addPairs(sums: Map<string, StartSums>, groups: readonly Measured[]): void {
  const best = new Map<string, StartSums>();
  for (const found of groups.flatMap(pairsOf)) {
    const key = `${found.a},${found.b}`;
    const before = best.get(key);
    if (before === undefined || cosine(found) > cosine(before)) best.set(key, found);
  }
  for (const [key, found] of best) {
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, found);
    else
      for (const part of ['product', 'one', 'other', 'tensors', 'elements'] as const)
        sum[part] += found[part];
  }
}

/** Every two starts of different subjects; two parts of larger factors are compared as those. */
function pairsOf({ starts, gram }: Measured): readonly StartSums[] {
  const at = (one: number, other: number) => gram[one * starts.length + other] ?? 0;
  return starts.flatMap((first, one) =>
    starts.flatMap((second, other) => {
      const isSame = placeKey(first.stored) === placeKey(second.stored);
      if (first.subject >= second.subject || isSame || (first.isPart && second.isPart)) return [];
      const [a, b, { shape }] = [first.subject, second.subject, first.stored];
      const elements = shape.reduce((product, size) => product * size, 1);
      const products = { product: at(one, other), one: at(one, one), other: at(other, other) };
      return [{ a, b, ...products, tensors: 1, elements }];
    }),
  );
}

function cosine({ product, one, other }: StartSums): number {
  return product / Math.sqrt(one * other);
}
