import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { TextChange } from '#protocol/check.ts';
import type { MovedParams, MovedResult, RecipeText } from '#protocol/recipes.ts';
import { spelled } from './partEdits.ts';
import { readTree } from './readTree.ts';
import { find, type Scalar } from './tree.ts';

/** The edits that recipes need which steer with a direction that has moved; those that do not, or cannot be read, are left out. */
export function movedDirection({ recipes, from, to }: MovedParams): MovedResult {
  return recipes.flatMap((recipe) => {
    const changes = changesOf(recipe, from, to);
    return changes.length === 0 ? [] : [{ path: recipe.path, changes }];
  });
}

function changesOf({ path, text }: RecipeText, from: string, to: string): readonly TextChange[] {
  const folder = dirname(path);
  return storedPaths(text).flatMap(({ value, range }) => {
    const written = String(value);
    if (resolve(folder, written) !== resolve(from)) return [];
    const place = isAbsolute(written) ? to : relative(folder, to).split(sep).join('/');
    return [{ range, newText: spelled(place) }];
  });
}

function storedPaths(text: string): readonly Scalar[] {
  const { tree } = readTree(text);
  const directions = tree && find(tree, ['directions']);
  if (directions?.kind !== 'list') return [];
  return directions.items.flatMap((item) => {
    const path = find(item, ['path']);
    return path?.kind === 'scalar' ? [path] : [];
  });
}
