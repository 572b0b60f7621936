import { reduced } from './report/reduced.ts';
import { finite } from './report/figures.ts';
import type { ContrastResult } from '#protocol/results.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { normOf } from './direction/directionTexts.ts';
import { execute, type WriteOptions } from './execute.ts';
import { addWarnings, withWarnings } from './report/report.ts';
import { inputsReport } from '../directions/survival.ts';

/**
 * Computes w and stores it at `path` (absolute), at strength 1: the recipe's top-level strength is for applying it.
 * `inputs` is null unless w is the difference of two checkpoints of one dtype.
 */
export async function storeDirection(
  resolved: ResolvedRecipe,
  path: string,
  options: WriteOptions,
): Promise<ContrastResult> {
  const outputs = [{ path, strength: 1 }];
  const { plan, statistics } = await execute({ resolved, outputs, format: 'direction' }, options);
  addWarnings(plan, statistics, options.warnings);
  const { lowRank = 0, dense = 0 } = plan.direction ?? {};
  const norm = normOf(statistics, plan);
  const moved = resolved.direction.tensors;
  const zero = [...(resolved.base?.tensors.keys() ?? [])].filter((name) => !moved.has(name)).length;
  return withWarnings(
    {
      path,
      norm: finite(norm),
      tensors: { lowRank, dense, zero },
      inputs: inputsReport(statistics.values()),
      ...reduced(resolved),
    },
    options.warnings,
  );
}
