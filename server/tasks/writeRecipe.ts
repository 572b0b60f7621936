import type { DryRunResult, WriteResult } from '#protocol/results.ts';
import { outputPaths } from '../recipes/outputPath.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { dryRun } from '../steering/dryRun.ts';
import type { SteerRequest } from '../steering/request.ts';
import { writeSteered } from '../steering/writeSteered.ts';
import type { Work } from '../work/job.ts';
import { repairPath } from './openReference.ts';
import { openRecipe } from './openRecipe.ts';
import type { TaskContext } from './taskContext.ts';

/** Opens what a recipe names and says what goes where; mends what an interrupted write has left at those places. */
export async function steerRequest(
  recipe: Recipe,
  { outputs, format }: Pick<SteerRequest, 'outputs' | 'format'>,
  context: TaskContext,
): Promise<SteerRequest> {
  for (const { path } of outputs) await repairPath(path, context);
  return { resolved: await openRecipe(recipe, context), outputs, format };
}

/** What writing the recipe at this path, as it stands there, would do. */
export async function dryRunRecipe(path: string, context: TaskContext): Promise<DryRunResult> {
  return await dryRun(await requestOf(path, context), context);
}

interface WriteRecipeOptions {
  readonly force: boolean;
  /** Asked for when everything has been planned. */
  readonly work: () => Promise<Work>;
}

/** Writes the recipe at this path, as it stands there. Errors: those of planning, staging and work. */
export async function writeRecipe(
  path: string,
  context: TaskContext,
  { force, work }: WriteRecipeOptions,
): Promise<WriteResult> {
  const { signal, warnings, report, onKept } = context;
  return await writeSteered(await requestOf(path, context), {
    force,
    work,
    signal,
    warnings,
    ...(report !== undefined && { report }),
    onKept: onKept ?? (() => {}),
  });
}

async function requestOf(path: string, context: TaskContext): Promise<SteerRequest> {
  const recipe = await readRecipe(path, context.signal);
  return await steerRequest(recipe, { outputs: outputPaths(recipe), format: recipe.output.format }, context);
}
