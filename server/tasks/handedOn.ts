import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative } from 'node:path';
import { stringify } from 'yaml';
import { writeAtomically } from '../bytes/atomicWrite.ts';
import { checkDestination } from '../bytes/destination.ts';
import { ensureFolder } from '../bytes/ensureFolder.ts';
import { openFile } from '../bytes/fileSource.ts';
import { writing } from '../bytes/ioFailure.ts';
import { ServerError } from '../errors.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { recipeRecord } from '../recipes/recipeRecord.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { filesOf } from '../steering/report/inputFiles.ts';
import { isFolder } from './isFolder.ts';

/** What a page that is handed on is about. */
export interface PageSubject {
  readonly recipe: Recipe;
  /** Absolute: what was named; of a recipe, its file. */
  readonly subject: string;
  readonly isRecipeFile: boolean;
}

/** `output-exists` where the path is taken, or a folder, which no page replaces. */
export async function checkPageDestination(output: string, force: boolean): Promise<void> {
  await checkDestination(output, force);
  if (await isFolder(output)) throw new ServerError('output-exists', output, 'is a folder; a page is a file');
}

/** At every moment the old one or the whole new one. */
export async function writePage(
  output: string,
  content: string,
): Promise<{ readonly path: string; readonly bytes: number }> {
  await writing(output, () => ensureFolder(dirname(output)));
  await writeAtomically(output, content);
  return { path: output, bytes: Buffer.byteLength(content) };
}

/** `output-conflict`: a page in place of a file that is named or read would be the end of that. */
export async function refuseInput(
  output: string,
  named: readonly string[],
  { operands }: ResolvedRecipe,
): Promise<void> {
  const inputs = await Promise.all([...named, ...filesOf(operands).map(({ path }) => path)].map(realPath));
  if (!inputs.includes(await realPath(output))) return;
  throw new ServerError('output-conflict', output, 'is what the page is made from; choose another path');
}

async function realPath(path: string): Promise<string> {
  return await realpath(path).catch(() => path);
}

/** A recipe as it is written, or as it comes to where a direction or an adapter was given. */
export async function recipeText(
  { subject, isRecipeFile, recipe }: PageSubject,
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

/** The base by its Hub id or its folder's name; null where none is known. */
export function baseName({ base }: ResolvedRecipe): string | null {
  return base === undefined ? null : (base.hubId ?? basename(base.path));
}

/** A path from the folder, where that does not say where on this machine it is; else the last name alone. */
export function below(path: string, folder: string): string {
  const way = relative(folder, path);
  return isAbsolute(way) || way.startsWith('..') || way === '' ? basename(path) : way;
}
