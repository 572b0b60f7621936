import type { ClauseParams, ClauseResult } from '#protocol/recipes.ts';
import { ServerError } from '../errors.ts';
import { placeOf } from '../models/placeOf.ts';
import { parseRecipe } from './parseRecipe.ts';
import { readTree } from './readTree.ts';
import type { Selection } from './recipe.ts';
import { selects } from './selection.ts';
import { find, type Path, rangeOf } from './tree.ts';

/**
 * Where a recipe says that a tensor moves: the entry of `include`, `modules` or `layers` that lets it through, of the whole or of
 * the first direction that has it, else that direction. `nothing-selected` where the recipe leaves it out; `invalid-recipe` for a
 * text with errors.
 */
export function clauseOf({ path, text, tensor }: ClauseParams): ClauseResult {
  const { tree } = readTree(text);
  const { recipe } = parseRecipe(text, { path });
  if (tree === undefined || recipe === undefined) throw new ServerError('invalid-recipe', path, 'has errors');
  const { selection, directions, several } = recipe;
  const lets = (each: Selection) => selects(each, tensor, placeOf(tensor));
  const at = directions.findIndex((each) => lets(each.selection));
  const direction = directions[at];
  if (!lets(selection) || direction === undefined)
    throw new ServerError('nothing-selected', path, `leaves out ${JSON.stringify(tensor)}`, { tensor });
  const whole = entryOf(selection, tensor);
  if (whole !== undefined) return { range: rangeOf(tree, whole) };
  if (!several) return { range: rangeOf(tree, ['positive']) };
  const own = ['directions', at];
  const entry = entryOf(direction.selection, tensor);
  const range = entry === undefined ? find(tree, own)?.range : rangeOf(tree, [...own, ...entry]);
  return { range: range ?? rangeOf(tree, own) };
}

/** The first entry that alone lets the tensor through, of the most particular key that has one. */
function entryOf({ include, modules, layers }: Selection, tensor: string): Path | undefined {
  const place = placeOf(tensor);
  const first = <T>(
    key: keyof Selection,
    entries: readonly T[] | undefined,
    toSelection: (entry: T) => object,
  ) => {
    const at = entries?.findIndex((entry) =>
      selects({ ...everything, ...toSelection(entry) }, tensor, place),
    );
    return at === undefined || at < 0 ? undefined : [key, at];
  };
  return (
    first('include', include, (entry) => ({ include: [entry] })) ??
    first('modules', modules, (entry) => ({ modules: [entry] })) ??
    (place.layer === undefined ? undefined : first('layers', layers, (entry) => ({ layers: [entry] })))
  );
}

const everything: Selection = {
  modules: undefined,
  include: undefined,
  exclude: undefined,
  layers: undefined,
};
