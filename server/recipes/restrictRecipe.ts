import { isDeepStrictEqual } from 'node:util';
import type { Restriction, RestrictParams, RestrictResult } from '#protocol/recipes.ts';
import { ServerError } from '../errors.ts';
import { applyChanges } from './applyChanges.ts';
import { matchesGlob } from './glob.ts';
import { toLayerRange } from './layers.ts';
import { parseRecipe } from './parseRecipe.ts';
import { PartEdits, type Replacements, spelled } from './partEdits.ts';
import { readTree } from './readTree.ts';
import type { Recipe } from './recipe.ts';
import type { Mapping, Tree } from './tree.ts';

/**
 * Narrows what a recipe moves: the keys `layers`, `modules` and `include` of the whole come to what they let through already
 * and is asked for too. Never widens. `invalid-recipe` for a text with errors; `nothing-selected` where nothing would be left.
 */
export function restrictRecipe({ path, text, restriction: wanted }: RestrictParams): RestrictResult {
  const { tree } = readTree(text);
  const { recipe } = parseRecipe(text, { path });
  if (tree?.kind !== 'mapping' || recipe === undefined)
    throw new ServerError('invalid-recipe', path, 'has errors, so it is not edited; Problems lists them');
  const edits = new PartEdits(text, tree);
  const restricted = rulesOf(wanted).map((rule) => met(rule, edits, path));
  const isNew = Map.groupBy(restricted, (each) => each.isNew);
  const changes = [
    ...(isNew.get(false) ?? []).flatMap(({ key, kept }) => edits.replace(key, kept)),
    ...edits.insert((isNew.get(true) ?? []).map((each) => [each.key, written(each)])),
  ];
  const changed = applyChanges(text, changes);
  if (changed === text) return { changes: [], message: 'The recipe is restricted to this already.' };
  const said = restricted.map((each) => `\`${each.key}\` is ${written(each)} now.`);
  if (!isRight({ recipe, restricted }, parseRecipe(changed, { path }).recipe)) {
    const lines = restricted.map((each) => `${each.key}: ${written(each)}`).join(', ');
    throw new ServerError(
      'invalid-recipe',
      path,
      `is written in a way that cannot be edited; it needs ${lines}`,
    );
  }
  return { changes, message: [...said, ...others(tree, wanted)].join(' ') };
}

interface Restricted {
  readonly key: Rule['key'];
  readonly kept: Replacements;
  readonly isNew: boolean;
}

function met({ key, meet }: Rule, edits: PartEdits, path: string): Restricted {
  const entries = edits.entriesOf(key);
  const kept = entries === undefined ? [meet(undefined)] : entries.map((entry) => meet(textOf(entry)));
  if (kept.flat().length > 0) return { key, kept, isNew: entries === undefined };
  const problem = `its \`${key}\` lets nothing through of what is selected, so nothing would move`;
  throw new ServerError('nothing-selected', path, problem);
}

interface Rule {
  readonly key: 'modules' | 'include' | 'layers';
  /** The values that stand in place of an entry; undefined: of everything, where the key is not there. */
  readonly meet: (entry: string | undefined) => readonly string[];
}

/** In the order in which they go into a recipe. */
function rulesOf({ layers, modules, include }: Restriction): readonly Rule[] {
  return [
    ...(modules === undefined ? [] : [{ key: 'modules', meet: meetModules(modules) } as const]),
    ...(include === undefined ? [] : [{ key: 'include', meet: meetNames(include) } as const]),
    ...(layers === undefined ? [] : [{ key: 'layers', meet: meetLayers(layers) } as const]),
  ];
}

function meetLayers(wanted: NonNullable<Restriction['layers']>): Rule['meet'] {
  return (entry) => {
    if (entry === undefined) return [rangeText(wanted)];
    const own = toLayerRange(entry);
    const first = Math.max(own.first, wanted.first);
    const last = Math.min(own.last ?? Infinity, wanted.last);
    if (first > last) return [];
    return [first === own.first && last === own.last ? entry : rangeText({ first, last })];
  };
}

function meetModules(wanted: NonNullable<Restriction['modules']>): Rule['meet'] {
  const groups = new Map(wanted.map(({ name, group }) => [name, group]));
  return taking(
    wanted.map(({ name }) => name),
    (entry, name) => entry === name || entry === groups.get(name),
  );
}

function meetNames(wanted: readonly string[]): Rule['meet'] {
  const names = new Map(wanted.map((name) => [name.replace(/[\\*?]/g, '\\$&'), name]));
  return taking([...names.keys()], (entry, pattern) => matchesGlob(entry, names.get(pattern) ?? ''));
}

/** Each value that is wanted goes to the first entry that lets it through. */
function taking(wanted: readonly string[], lets: (entry: string, value: string) => boolean): Rule['meet'] {
  const left = new Set(wanted);
  return (entry) => {
    const taken = [...left].filter((value) => entry === undefined || lets(entry, value));
    for (const value of taken) left.delete(value);
    return taken;
  };
}

/** The edited text must say what was asked for, and all else as before. */
function isRight(
  { recipe, restricted }: { readonly recipe: Recipe; readonly restricted: readonly Restricted[] },
  changed: Recipe | undefined,
): boolean {
  const selection = { ...recipe.selection };
  for (const { key, kept } of restricted) {
    const values = kept.flat();
    Object.assign(selection, { [key]: key === 'layers' ? values.map(toLayerRange) : values });
  }
  return isDeepStrictEqual({ ...recipe, selection }, changed);
}

/** What else decides what moves. */
function others(tree: Mapping, { layers, modules, include }: Restriction): readonly string[] {
  const globs = ['include', 'exclude'].filter((key) => tree.entries.has(key));
  const stay = include === undefined ? globs : [];
  return [
    ...(stay.length === 0
      ? []
      : [`What ${stay.map((key) => `\`${key}\``).join(' and ')} says holds besides.`]),
    ...(layers !== undefined && modules === undefined && include === undefined
      ? ['Tensors outside layers move as before.']
      : []),
  ];
}

function written({ key, kept }: Restricted): string {
  const values = kept.flat().map(spelled);
  return key === 'layers' && values.length === 1 ? values.join('') : `[${values.join(', ')}]`;
}

function rangeText({ first, last }: { readonly first: number; readonly last: number }): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function textOf(entry: Tree): string {
  return entry.kind === 'scalar' ? String(entry.value) : '';
}
