import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import type { ReportResult } from '#protocol/results.ts';
import { version } from '#protocol/version.ts';
import { stringify } from 'yaml';
import { analyze } from '../analysis/analyze.ts';
import type { ReportContent } from '../analysis/report/reportContent.ts';
import { reportPage } from '../analysis/report/reportPage.ts';
import { writeAtomically } from '../bytes/atomicWrite.ts';
import { checkDestination } from '../bytes/destination.ts';
import { ensureFolder } from '../bytes/ensureFolder.ts';
import { openFile } from '../bytes/fileSource.ts';
import { writing } from '../bytes/ioFailure.ts';
import { ServerError } from '../errors.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import { recipeRecord } from '../recipes/recipeRecord.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { shellWord } from '../shellWord.ts';
import { filesOf, inputIdentities } from '../steering/report/inputFiles.ts';
import { withWarnings } from '../steering/report/report.ts';
import type { Work } from '../work/job.ts';
import { isFolder } from './isFolder.ts';
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
  const { recipe, output, force, spectra } = params;
  const { signal, warnings, report } = context;
  await checkDestination(output, force);
  if (await isFolder(output))
    throw new ServerError('output-exists', output, 'is a folder; a report is a file');
  const resolved = await openRecipe(recipe, context);
  await refuseInput(params, resolved);
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
  await writing(output, () => ensureFolder(dirname(output)));
  await writeAtomically(output, content);
  return withWarnings({ path: output, bytes: Buffer.byteLength(content) }, warnings);
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

/** A report in place of what it is about would be the end of that. */
async function refuseInput({ subject, output }: ReportParams, { operands }: ResolvedRecipe): Promise<void> {
  const inputs = await Promise.all([subject, ...filesOf(operands).map(({ path }) => path)].map(realPath));
  if (!inputs.includes(await realPath(output))) return;
  throw new ServerError('output-conflict', output, 'is what the report is about; choose another path');
}

async function realPath(path: string): Promise<string> {
  return await realpath(path).catch(() => path);
}

async function recipeText(
  { subject, isRecipeFile, recipe }: ReportParams,
  resolved: ResolvedRecipe,
  signal: AbortSignal,
): Promise<string> {
  if (!isRecipeFile) {
    const [strength = 1] = recipe.strengths;
    return stringify(recipeRecord(recipe, { strength, base: baseName(resolved) ?? undefined }), {
      lineWidth: 0,
    });
  }
  await using source = await openFile(subject, signal);
  return new TextDecoder().decode(await source.read(0, source.size, signal)).trimEnd();
}

function baseName({ base }: ResolvedRecipe): ReportContent['base'] {
  return base === undefined ? null : (base.hubId ?? basename(base.path));
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

/** From the folder, where that does not say where on this machine it is; else the last name alone. */
function below(path: string, folder: string): string {
  const way = relative(folder, path);
  return isAbsolute(way) || way.startsWith('..') || way === '' ? basename(path) : way;
}
