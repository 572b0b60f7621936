import type { SimilarityFlag } from '#protocol/similarity.ts';
import { JobBuilder } from '../directions/jobBuilder.ts';
import type { Direction } from '../directions/term.ts';
import { dense, isLowRank } from '../directions/terms.ts';
import { elementCount } from '../tensors/dtype.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { ProductOptions } from './innerProducts.ts';
import { placeKey } from './similarityFlags.ts';

/**
 * Cosine of the factors that training starts at random, above which they started alike. Those of other seeds lie at
 * 0 ± 1/√n, n in the thousands; those of one seed at 0.9 and more, until training has moved them by as much as they are long.
 */
const alike = 0.3;

/**
 * Pairs of subjects whose factors were trained from the same random start: which of two factors starts at random the
 * libraries' names tell (PEFT: `lora_A`, of embeddings `lora_embedding_B`; mlx-lm: `lora_a`). Reads these factors once.
 */
export async function sharedInitialisations(
  subjects: readonly Direction[],
  options: ProductOptions,
): Promise<readonly SimilarityFlag[]> {
  const sums = await startSums(subjects, options);
  return [...sums.values()].flatMap(({ a, b, product, one, other, tensors }) => {
    const cosine = product / Math.sqrt(one * other);
    if (!(cosine > alike)) return [];
    const names = `${subjects[a]?.name ?? ''} and ${subjects[b]?.name ?? ''}`;
    const message = `${names} were trained from the same initial factors (cosine ${cosine.toFixed(3)} over ${tensors} of them), which alone makes them alike.`;
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
}

interface Start {
  readonly subject: number;
  readonly stored: StoredTensor;
}

async function startSums(
  subjects: readonly Direction[],
  { work, signal }: ProductOptions,
): Promise<ReadonlyMap<string, StartSums>> {
  const builder = new JobBuilder();
  const items = startsOf(subjects).map((starts) => {
    const stored = starts.map((start) => start.stored);
    const [rows = 1, columns = 1] = stored[0]?.shape ?? [];
    const sums = stored.map((tensor) => [builder.term(dense(tensor))]);
    return { starts, item: builder.add({ kind: 'gram', name: stored[0]?.name ?? '', rows, columns, sums }) };
  });
  const found = await work.run(builder.job([]), { signal });
  const sums = new Map<string, StartSums>();
  for (const { starts, item } of items) addPairs(sums, starts, found.get(item)?.gram ?? new Float64Array());
  return sums;
}

/** The random starts on each tensor, those of one shape together; what several subjects have in common is none. */
function startsOf(subjects: readonly Direction[]): readonly (readonly Start[])[] {
  const groups = new Map<string, Start[]>();
  for (const [subject, { tensors }] of subjects.entries()) {
    for (const { name, terms } of tensors.values()) {
      for (const { left, right } of terms.filter(isLowRank)) {
        const stored = [left.tensor, right.tensor].find(isRandomStart);
        if (stored === undefined || elementCount(stored.shape) === 0) continue;
        const key = JSON.stringify([name, stored.shape]);
        groups.set(key, [...(groups.get(key) ?? []), { subject, stored }]);
      }
    }
  }
  return [...groups.values()].filter((starts) => new Set(starts.map(({ subject }) => subject)).size > 1);
}

function isRandomStart({ name }: StoredTensor): boolean {
  return /\blora_(?:A|a|embedding_B)\b/.test(name);
}

/** Of two subjects with several factors on a tensor, the two that are most alike. */
function addPairs(sums: Map<string, StartSums>, starts: readonly Start[], gram: Float64Array): void {
  const at = (one: number, other: number) => gram[one * starts.length + other] ?? 0;
  const best = new Map<string, StartSums>();
  for (const [one, first] of starts.entries()) {
    for (const [other, second] of starts.entries()) {
      if (first.subject >= second.subject || placeKey(first.stored) === placeKey(second.stored)) continue;
      const pair = { a: first.subject, b: second.subject, tensors: 1 };
      const found = { ...pair, product: at(one, other), one: at(one, one), other: at(other, other) };
      const key = `${pair.a},${pair.b}`;
      const before = best.get(key);
      if (before === undefined || cosine(found) > cosine(before)) best.set(key, found);
    }
  }
  for (const [key, found] of best) {
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, found);
    else for (const part of ['product', 'one', 'other', 'tensors'] as const) sum[part] += found[part];
  }
}

function cosine({ product, one, other }: StartSums): number {
  return product / Math.sqrt(one * other);
}
