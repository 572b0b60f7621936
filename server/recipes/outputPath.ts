import { resolve } from 'node:path';
import { ServerError } from '../errors.ts';
import { expandPath } from './placeholders.ts';
import type { Recipe } from './recipe.ts';
import { formatStrength } from './strength.ts';

/** The folder to write at a strength, absolute; undefined where the recipe names none. */
export function outputPath({ name, folder, output }: Recipe, strength: number): string | undefined {
  return output.path === undefined ? undefined : resolve(folder, expandPath(output.path, { name, strength }));
}

/** The folder for each of the recipe's strengths, in their order; two that are one are `duplicate-output`, none `usage`. */
export function outputPaths(recipe: Recipe): { readonly strength: number; readonly path: string }[] {
  const strengthOf = new Map<string, number>();
  return recipe.strengths.map((strength) => {
    const path = outputPath(recipe, strength);
    if (path === undefined) {
      throw new ServerError(
        'usage',
        recipe.folder,
        `the recipe ${recipe.name} has no output.path; add one or give -o`,
      );
    }
    const other = strengthOf.get(path);
    if (other !== undefined) throw new ServerError('duplicate-output', path, sharedBy(other, strength));
    strengthOf.set(path, strength);
    return { strength, path };
  });
}

/** The same strength twice has one path whatever the path says. */
function sharedBy(one: number, other: number): string {
  return formatStrength(one) === formatStrength(other)
    ? `the strength ${formatStrength(one).slice(1)} is given twice`
    : `the strengths ${one} and ${other} would both be written here; add {strength} to the path`;
}
