import type { NullReport, SimilarityFlag, SimilarityResult } from '#protocol/similarity.ts';
import type { Direction } from '../directions/term.ts';
import { placeOf } from '../models/placeOf.ts';
import { clusterOrder } from './clusterOrder.ts';
import { finite } from './finite.ts';
import { innerProducts, type ProductOptions, type TensorProducts } from './innerProducts.ts';
import { sharedInitialisations } from './sharedInitialisation.ts';
import { pairFlags } from './similarityFlags.ts';
import {
  chanceDeviation,
  cosineOf,
  nullDeviation,
  pairSums,
  type PairSums,
  toSlice,
} from './similaritySlice.ts';

export interface Compared {
  readonly subjects: readonly Direction[];
  readonly controls: readonly Direction[];
  /** Of all of them, subjects first, what they were made of, where that is another sum: what flags are about. */
  readonly origins: readonly Direction[];
  /** Places of the base's tensors (`placeKey`): what is in many fine-tunes without being trained. */
  readonly ofBase: ReadonlySet<string>;
}

type Similarity = Omit<SimilarityResult, 'names' | 'kinds' | 'paths' | 'warnings'> & {
  /** Pairs of a subject and a control that have more in common than a null should. */
  readonly relatedControls: readonly SimilarityFlag[];
};

/**
 * Cosines of all pairs of subjects, over the model and its parts, beside what chance would do. `shape-mismatch` where
 * they are of different models.
 */
export async function similarity(
  { subjects, controls, origins, ofBase }: Compared,
  options: ProductOptions,
): Promise<Similarity> {
  const all = [...subjects, ...controls];
  const tensors = await innerProducts(all, options);
  const sums = pairSums(tensors, all.length);
  const slice = (some: readonly TensorProducts[]) => toSlice(pairSums(some, all.length), subjects.length);
  const whole = toSlice(sums, subjects.length);
  const cosines = all.map((_, one) => all.map((__, other) => finite(cosineOf(sums, one, other))));
  const found = [
    ...(await sharedInitialisations(origins, options)),
    ...pairFlags({ subjects: all, origins, ofBase }, cosines),
  ];
  const isControl = (index: number) => index >= subjects.length;
  return {
    ...whole,
    flags: found.filter(({ b }) => !isControl(b)),
    relatedControls: found.filter(
      ({ code, a, b }) => isControl(b) && !isControl(a) && code !== 'different-tensors',
    ),
    null: nullReport(sums, { subjects: subjects.length, controls }),
    withoutEmbeddings: slice(tensors.filter(({ name }) => isBody(name))),
    ...parts(tensors, slice),
    withControls:
      controls.length === 0
        ? []
        : subjects.map((_, one) =>
            controls.map((__, control) => finite(cosineOf(sums, one, subjects.length + control))),
          ),
    clustered: clusterOrder(whole.cosine),
  };
}

function isBody(name: string): boolean {
  const { group } = placeOf(name);
  return group !== 'embeddings' && group !== 'head';
}

function parts(
  tensors: readonly TensorProducts[],
  slice: (some: readonly TensorProducts[]) => ReturnType<typeof toSlice>,
): Pick<SimilarityResult, 'layers' | 'modules'> {
  const layers = [...Map.groupBy(tensors, ({ name }) => placeOf(name).layer)].flatMap(([layer, some]) =>
    layer === undefined ? [] : [{ layer, ...slice(some) }],
  );
  const modules = Map.groupBy(tensors, ({ name }) => placeOf(name).module);
  return {
    layers: layers.toSorted((a, b) => a.layer - b.layer),
    modules: [...modules].map(([module, some]) => ({ module, ...slice(some) })),
  };
}

/** One number for all pairs is the root of the mean square of what each of them has. */
function nullReport(
  sums: PairSums,
  { subjects, controls }: { readonly subjects: number; readonly controls: readonly Direction[] },
): NullReport {
  const pairs = Array.from({ length: subjects }, (_, one) =>
    Array.from({ length: subjects - one - 1 }, (__, more) => [one, one + 1 + more] as const),
  ).flat();
  return {
    kind: controls.length === 0 ? 'random' : 'controls',
    count: controls.length,
    names: controls.map(({ name }) => name),
    sigma: rootMeanSquare(pairs.map((pair) => nullDeviation(sums, pair, subjects))),
    random: rootMeanSquare(pairs.map(([one, other]) => chanceDeviation(sums, one, other))),
    gaussian: rootMeanSquare(
      pairs.map(([one, other]) => (sums.elements[one * sums.count + other] ?? 0) ** -0.5),
    ),
  };
}

/** Of those that are finite; null where none is. */
function rootMeanSquare(values: readonly number[]): number | null {
  const squares = values.filter((value) => Number.isFinite(value)).map((value) => value ** 2);
  return finite(Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length));
}
