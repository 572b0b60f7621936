import { resolve } from 'node:path';
import type { ReportResult } from '#protocol/results.ts';
import { version } from '#protocol/version.ts';
import { analyze } from '../analysis/analyze.ts';
import { reportPage } from '../analysis/report/reportPage.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import { shellWord } from '../shellWord.ts';
import { inputIdentities } from '../steering/report/inputFiles.ts';
import { withWarnings } from '../steering/report/report.ts';
import type { Work } from '../work/job.ts';
import { baseName, below, checkPageDestination, recipeText, refuseInput, writePage } from './handedOn.ts';
import { openRecipe } from './openRecipe.ts';
import { inWords } from './recipeFacts.ts';
import { reportedOutputs } from './reportedOutputs.ts';
import { sidesSimilarity } from './sidesSimilarity.ts';
import type { TaskContext } from './taskContext.ts';
import { withoutPlaces } from './withoutPlaces.ts';

export interface ReportParams {
  readonly recipe: Recipe;
  /** Absolute: what was named; of a recipe, its file. */
  readonly subject: string;
  readonly isRecipeFile: boolean;
  /** Absolute. */
  readonly output: string;
  readonly force: boolean;
  /** As in `analyze`. */
  readonly spectra?: boolean | undefined;
}

/**
 * Writes the report of a direction: one HTML file with the analysis, the recipe, and what went in. It has no time of writing, so the
 * same inputs give the same file. `output-exists` where its path is taken, `output-conflict` where it is an input.
 */
export async function reportRecipe(
  params: ReportParams,
  context: TaskContext,
  work: () => Promise<Work>,
): Promise<ReportResult> {
  const { recipe, subject, output, force, spectra } = params;
  const { signal, warnings, report } = context;
  await checkPageDestination(output, force);
  const resolved = await openRecipe(recipe, context);
  await refuseInput(output, [subject], resolved);
  const engine = await work();
  const analysis = await analyze(resolved, {
    work: engine,
    signal,
    warnings,
    spectra,
    ...(report && { report }),
  });
  const sides = await sidesSimilarity(resolved, { work: engine, signal });
  const inputs = await inputIdentities(resolved.operands, 'small', signal);
  const content = reportPage({
    analysis,
    recipe: await recipeText(params, resolved, signal),
    words: inWords(recipe),
    base: baseName(resolved),
    strengths: recipe.strengths,
    sides,
    outputs: await reportedOutputs(resolved, inputs, signal),
    inputs,
    warnings: warnings.list().map((warning) => withoutPlaces(warning, resolved)),
    versions: [
      ['Weight Steering', version],
      ['Node.js', process.versions.node],
    ],
    command: commandOf(params),
  });
  signal.throwIfAborted();
  return withWarnings(await writePage(output, content), warnings);
}

/** The report of a recipe's file. */
export async function reportOfRecipe(
  { path, output, force }: { readonly path: string; readonly output: string; readonly force: boolean },
  context: TaskContext,
  work: () => Promise<Work>,
): Promise<ReportResult> {
  const recipe = await readRecipe(path, context.signal);
  return await reportRecipe({ recipe, subject: path, isRecipeFile: true, output, force }, context, work);
}

function commandOf({ subject, output, spectra, recipe }: ReportParams): string {
  const folder = resolve(recipe.folder);
  const words = [
    below(subject, folder),
    '-o',
    below(output, folder),
    ...(spectra === true ? ['--spectra'] : []),
  ];
  return ['steer', 'report', ...words].map(shellWord).join(' ');
}
