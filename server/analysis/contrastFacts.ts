import type { ContrastFacts } from '#protocol/rollups.ts';
import { type Contrast, contrast } from '../directions/contrast.ts';
import { createFineTune } from '../directions/fineTune.ts';
import type { JobBuilder } from '../directions/jobBuilder.ts';
import type { Direction } from '../directions/term.ts';
import { ServerError } from '../errors.ts';
import type { Checkpoint } from '../models/model.ts';
import { Warnings } from '../warnings.ts';
import type { Statistics } from '../work/job.ts';
import { finite } from './finite.ts';
import { ProductItems, type TensorProducts } from './innerProducts.ts';
import { alike } from './removeDirections.ts';

/**
 * How the two sides of each contrast lie to each other, over all tensors, from items of a job that reads these anyway. Contrasts
 * without a base, and those with the base as a side, have no facts; where a side cannot be taken by itself, a warning says why.
 */
export class ContrastItems {
  readonly #sides: readonly {
    readonly name: string;
    readonly items: ProductItems;
    readonly left: Set<string>;
  }[];

  constructor(builder: JobBuilder, contrasts: readonly Contrast[], warnings: Warnings) {
    this.#sides = contrasts.flatMap((request) => {
      const sides = sidesOf(request, warnings);
      if (sides === undefined) return [];
      const items = new ProductItems(builder, sides);
      return [{ name: request.name, items, left: new Set(items.names) }];
    });
  }

  /** Adds what is to be found out of a tensor, right behind the items that read the same values. */
  add(tensor: string): void {
    for (const { items, left } of this.#sides) if (left.delete(tensor)) items.add(tensor);
  }

  /** Adds the tensors that have not been added. */
  addOthers(): void {
    for (const { items, left } of this.#sides) {
      for (const tensor of left) items.add(tensor);
      left.clear();
    }
  }

  /** From what the job's run has found. */
  facts(found: ReadonlyMap<number, Statistics>): readonly ContrastFacts[] {
    return this.#sides.map(({ name, items }) => factsOf(name, items.products(found)));
  }
}

/** τ₊ and τ₋; undefined where there is nothing to be said of them. */
export function sidesOf(request: Contrast, warnings: Warnings): readonly [Direction, Direction] | undefined {
  const { base, positive, negative } = request;
  if (base === undefined || isBase(positive, base) || isBase(negative, base)) return undefined;
  const pretrained = createFineTune({ label: 'base', path: base.path, checkpoint: base, adapter: undefined });
  const told = new Warnings(); // Of these models the contrast has warned already.
  try {
    const [one, other] = [positive, negative].map((side) =>
      contrast({ ...request, positive: side, negative: pretrained }, told),
    );
    if (one === undefined || other === undefined) return undefined;
    const [first = one, second = other] = alike([one, other], request.tied);
    return [first, second];
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const message = `How the sides of ${request.name} lie to each other is not known: ${error.message}.`;
    warnings.add({ code: 'no-contrast-facts', message, file: positive.path });
    return undefined;
  }
}

function isBase({ checkpoint, changes }: Contrast['positive'], base: Checkpoint): boolean {
  return checkpoint?.path === base.path && changes.size === 0;
}

function factsOf(name: string, tensors: readonly TensorProducts[]): ContrastFacts {
  let [positive, negative, product] = [0, 0, 0];
  for (const { movers, gram } of tensors) {
    const [first = 0, between = 0, , last = 0] = gram;
    if (movers.length === 2) {
      positive += first;
      negative += last;
      product += between;
    } else if (movers[0] === 0) positive += first;
    else negative += first;
  }
  const sum = Math.max(0, positive + negative + 2 * product);
  const difference = Math.max(0, positive + negative - 2 * product);
  return {
    name,
    cosine: finite(Math.max(-1, Math.min(1, -product / Math.sqrt(positive * negative)))),
    positiveNorm: finite(Math.sqrt(positive)),
    negativeNorm: finite(Math.sqrt(negative)),
    ratio: finite(Math.sqrt(positive / negative)),
    common: finite(Math.sqrt(sum / difference) / 2),
  };
}
