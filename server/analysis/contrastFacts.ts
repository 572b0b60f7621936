import type { ContrastFacts } from '#protocol/rollups.ts';
import { type Contrast, contrast } from '../directions/contrast.ts';
import { createFineTune } from '../directions/fineTune.ts';
import type { Direction } from '../directions/term.ts';
import { ServerError } from '../errors.ts';
import type { Checkpoint } from '../models/model.ts';
import { Warnings } from '../warnings.ts';
import type { AnalysisOptions } from './analysisOptions.ts';
import { finite } from './finite.ts';
import { innerProducts } from './innerProducts.ts';

/**
 * How the two sides of each contrast lie to each other, over all tensors. Contrasts without a base, and those with the base
 * as a side, have no facts; where a side cannot be taken by itself, a warning says why.
 */
export async function contrastFacts(
  contrasts: readonly Contrast[],
  options: Omit<AnalysisOptions, 'report'>,
): Promise<readonly ContrastFacts[]> {
  const facts: ContrastFacts[] = [];
  for (const request of contrasts) {
    const sides = sidesOf(request, options.warnings);
    if (sides !== undefined) facts.push(await factsOf(request.name, sides, options));
  }
  return facts;
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
    return one === undefined || other === undefined ? undefined : [one, other];
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

async function factsOf(
  name: string,
  sides: readonly [Direction, Direction],
  { work, signal }: Omit<AnalysisOptions, 'report'>,
): Promise<ContrastFacts> {
  const tensors = await innerProducts(sides, { work, signal });
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
