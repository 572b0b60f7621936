import { basename, dirname, join, sep } from 'node:path';
import { isThere } from '../isThere.ts';
import { hubId, isInside, type Root } from '../trees/modelRows.ts';

/** The folder that holds all of these paths, as deep as possible; undefined where only the root of a disk does. */
export function commonFolder(paths: readonly string[]): string | undefined {
  const [first, ...others] = paths.map((path) => dirname(path).split(sep));
  const depth = first?.findIndex((part, index) => others.some((parts) => parts[index] !== part)) ?? 0;
  const common = depth === -1 ? first : first?.slice(0, depth);
  return common === undefined || common.length < 2 ? undefined : common.join(sep);
}

/** Where a recipe about these paths goes: beside them in the window's folder that holds them all, else into its first folder. */
export function recipeFolder(paths: readonly string[], roots: readonly Root[]): string | undefined {
  const beside = commonFolder(paths);
  if (beside !== undefined && roots.some((root) => isInside(root.path, beside))) return beside;
  return roots[0]?.path;
}

/** `honest.steer.yaml`, or `honest-2.steer.yaml` and so on, whichever does not exist yet. */
export async function freeRecipePath(folder: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = join(folder, `${number === 1 ? name : `${name}-${number}`}.steer.yaml`);
    if (!(await isThere(path))) return path;
  }
}

/** A name for a recipe from a model's path: a checkpoint of a training run has its run's name with it. */
export function recipeName(path: string): string {
  const name = basename(hubId(path) ?? path);
  const whole = /^checkpoint-\d+$/.test(name) ? `${basename(dirname(path))}-${name}` : name;
  return whole.replace(/[^\p{L}\p{N}._-]+/gu, '-') || 'recipe';
}
