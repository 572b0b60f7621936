import { refuseChangedBase } from '../directions/changedBase.ts';
import { type Contrast, contrast } from '../directions/contrast.ts';
import type { FineTune } from '../directions/fineTune.ts';
import { toDirection } from '../directions/stored.ts';
import type { Direction } from '../directions/term.ts';
import type { Truncate } from '../directions/truncation.ts';
import { clippedTensor, type Vocabulary } from '../directions/vocabulary.ts';
import { ServerError } from '../errors.ts';
import { headerHash } from '../models/headerHash.ts';
import { matchAdapter, type MatchOptions } from '../models/matchAdapter.ts';
import type { Adapter, Checkpoint, StoredDirection } from '../models/model.ts';
import { layerCount, placeOf } from '../models/placeOf.ts';
import { tiedRolesOf } from '../models/tiedRoles.ts';
import { hasTokenRows } from '../models/vocabularyRows.ts';
import type { Warnings } from '../warnings.ts';
import { combineDirections } from './combineDirections.ts';
import { type Leading, type Opened, OpenModels, standing } from './openModels.ts';
import type { Recipe, RecipeDirection } from './recipe.ts';
import type { Remove } from './removal.ts';
import { recipeBase } from './recipeBase.ts';
import type { Operand, ResolvedRecipe } from './resolvedRecipe.ts';
import { selects } from './selection.ts';

export interface ResolveOptions {
  readonly signal: AbortSignal;
  readonly warnings: Warnings;
  /** Where the name of a base in an adapter is looked for, besides the adapter's own folder. */
  readonly workspace?: string;
  /** Where bases are that adapters know by another name. */
  readonly bases?: ReadonlyMap<string, string>;
  /** False in a window that does not trust its folders. Default: true. */
  readonly readsPickles?: boolean;
  /** Does what `remove` says; a recipe with it cannot do without. */
  readonly remove?: Remove | undefined;
  /** Does what `rank` and `energy` say; a recipe with one of these cannot do without. */
  readonly truncate?: Truncate | undefined;
}

/** What a direction of the recipe is made of, before the base is known. */
type Sides =
  | { readonly of: RecipeDirection; readonly positive: Opened; readonly negative: Opened }
  | { readonly of: RecipeDirection; readonly stored: StoredDirection };

/**
 * Opens everything a recipe names, finds the base, and does the algebra of its directions. Reads headers and
 * configurations, and of weights only what adapters hold whole, to leave out copies. Errors: those of the models; `nothing-selected`; `base-not-found` where the recipe says `base`
 * and there is none, or its values are needed.
 */
export async function resolveRecipe(recipe: Recipe, options: ResolveOptions): Promise<ResolvedRecipe> {
  const { signal, warnings, readsPickles = true } = options;
  const { folder } = recipe;
  const models = new OpenModels({ folder, inRecipe: true, signal, warnings, readsPickles });
  const sides: Sides[] = [];
  for (const of of recipe.directions) sides.push(await openSides(models, of));
  const aimed = recipe.target === undefined ? undefined : await models.fineTune(recipe.target);
  const adapters = adaptersOf({ sides, aimed });
  const { workspace, bases } = options;
  const base = await recipeBase(recipe, {
    models,
    adapters,
    workspace,
    bases,
    signal,
    warnings,
    readsPickles,
  });
  const leading =
    base ?? [...sides.map(checkpointOf), aimed?.checkpoint].find((found) => found !== undefined);
  const tied = leading === undefined ? undefined : tiedRolesOf(leading);
  const resized = recipe.vocabulary !== 'refuse';
  const target = await targetOf(aimed, { base, leading, signal, resized });
  const vocabulary = vocabularyOf(recipe, { target, leading, tied });
  const whole: Direction[] = [];
  const contrasts: Contrast[] = [];
  for (const each of sides) {
    const on = { recipe, base, leading, tied, warnings, signal, resized, vocabulary };
    const { direction, request } = await directionOf(each, on);
    whole.push(direction);
    if (request !== undefined) contrasts.push(request);
  }
  const layers = layersOf(leading, { sides, whole });
  const selecting = { folder: recipe.folder, layers, tied, warnings, config: leading?.config };
  const { direction, removal, truncation, removed } = await combineDirections(recipe, whole, {
    ...selecting,
    base,
    remove: options.remove,
    truncate: options.truncate,
  });
  return {
    recipe,
    base,
    target,
    targetOnBase: aimed?.checkpoint === undefined || aimed.checkpoint.path === base?.path,
    direction,
    removal,
    truncation,
    tied,
    layers,
    operands: [...operandsOf(base, { sides, aimed }), ...removed],
    contrasts,
  };
}

async function openSides(models: OpenModels, of: RecipeDirection): Promise<Sides> {
  const { source } = of;
  if (source.kind === 'contrast') {
    return {
      of,
      positive: await models.fineTune(source.positive),
      negative: await models.fineTune(source.negative),
    };
  }
  const stored = await models.open({ model: source.path });
  if (stored.kind === 'direction') return { of, stored };
  const problem = `is of the kind ${stored.kind}; \`path:\` names a stored direction, a folder with direction.json`;
  throw new ServerError('invalid-direction', stored.path, problem);
}

interface Named {
  readonly sides: readonly Sides[];
  readonly aimed: Opened | undefined;
}

/** What stands on the base, wherever the recipe names it. */
function adaptersOf({ sides, aimed }: Named): readonly (Adapter | StoredDirection)[] {
  const opened = sides.flatMap((each) => ('stored' in each ? [] : [each.positive, each.negative]));
  const adapters = [...opened, aimed].map((each) =>
    each?.checkpoint === undefined ? each?.adapter : undefined,
  );
  const stored = sides.flatMap((each) => ('stored' in each ? [each.stored] : []));
  return [...adapters.filter((adapter) => adapter !== undefined), ...stored];
}

/** w has as many rows as the target, whose shape stays. */
function vocabularyOf(
  { vocabulary }: Recipe,
  { target, leading, tied }: Pick<Leading, 'leading'> & Pick<ResolvedRecipe, 'target' | 'tied'>,
): Vocabulary | undefined {
  if (vocabulary === 'refuse') return undefined;
  const { tensors } = target?.checkpoint ?? leading ?? {};
  const heightOf = (name: string) => {
    const stored = tensors?.get(name) ?? (name === tied?.head ? tensors?.get(tied.embedding) : undefined);
    return stored?.shape[0];
  };
  return { mode: vocabulary, heightOf };
}

interface Standing extends Leading, MatchOptions {
  readonly recipe: Recipe;
  readonly tied: ResolvedRecipe['tied'];
  readonly vocabulary: Vocabulary | undefined;
  readonly warnings: Warnings;
  readonly signal: AbortSignal;
}

async function directionOf(
  sides: Sides,
  { recipe, base, leading, tied, vocabulary, warnings, signal, resized = false }: Standing,
): Promise<{ readonly direction: Direction; readonly request?: Contrast }> {
  const { name } = sides.of;
  if ('stored' in sides) {
    warnOfOtherBase(sides.stored, base, warnings);
    const direction = fitted(toDirection(onBase(sides.stored, base), tied), vocabulary);
    return { direction: { ...direction, name } };
  }
  const positive = await standing(sides.positive, { base, leading, signal, resized });
  const negative = await standing(sides.negative, { base, leading, signal, resized });
  const rules = recipe.several ? [recipe.selection, sides.of.selection] : [recipe.selection];
  const isNeeded = (tensor: string) => rules.every((rule) => selects(rule, tensor, placeOf(tensor)));
  const request = { name, positive, negative, base, tied, vocabulary };
  const direction = contrast({ ...request, isNeeded }, warnings);
  if (direction.tensors.size > 0) return { direction, request };
  const message = `${positive.label} and ${negative.label} are the same: the direction ${name} is zero.`;
  warnings.add({ code: 'zero-direction', message, file: positive.path });
  return { direction, request };
}

/** A stored w on the rows of the target. */
function fitted(direction: Direction, vocabulary: Vocabulary | undefined): Direction {
  if (vocabulary === undefined) return direction;
  const tensors = [...direction.tensors].map(([name, tensor]) => {
    const height = hasTokenRows(name) ? vocabulary.heightOf(name) : undefined;
    return [name, height === undefined ? tensor : clippedTensor(tensor, height)] as const;
  });
  return { ...direction, tensors: new Map(tensors) };
}

/** Every shape may fit and the weights be others': a header says as much of a model as can be known without reading it. */
function warnOfOtherBase(
  { manifest, path }: StoredDirection,
  base: Checkpoint | undefined,
  warnings: Warnings,
): void {
  if (manifest.base === null || base === undefined || manifest.base.headerSha256 === headerHash(base)) return;
  const message = `The direction ${manifest.name} was made on another base (${manifest.base.reference}, ${manifest.base.tensors} tensors) than ${base.path}.`;
  warnings.add({ code: 'other-base', message, file: path });
}

function onBase(stored: StoredDirection, base: Checkpoint | undefined): StoredDirection {
  if (base === undefined || stored.adapter === undefined) return stored;
  return { ...stored, adapter: matchAdapter(stored.adapter, base) };
}

async function targetOf(
  aimed: Opened | undefined,
  on: Pick<Standing, 'base' | 'leading' | 'signal' | 'resized'>,
): Promise<FineTune | undefined> {
  const itself = { reference: { text: 'base', model: 'base' }, checkpoint: undefined, adapter: undefined };
  const opened = aimed ?? itself;
  if ((opened.checkpoint ?? opened.adapter ?? on.base) === undefined) return undefined;
  const target = await standing(opened, on);
  refuseChangedBase(target);
  return target;
}

/** Of the model; without one, what a stored direction remembers, and the highest that moves. */
function layersOf(
  leading: Checkpoint | undefined,
  { sides, whole }: { readonly sides: readonly Sides[]; readonly whole: readonly Direction[] },
): number {
  if (leading !== undefined) return layerCount(leading.tensors.keys(), leading.config);
  const remembered = sides.flatMap((each) => ('stored' in each ? [each.stored.manifest.layers] : []));
  return Math.max(layerCount(whole.flatMap(({ tensors }) => [...tensors.keys()])), ...remembered);
}

function checkpointOf(sides: Sides): Checkpoint | undefined {
  return 'stored' in sides ? undefined : (sides.positive.checkpoint ?? sides.negative.checkpoint);
}

function operandsOf(base: Checkpoint | undefined, { sides, aimed }: Named): readonly Operand[] {
  const several = sides.length > 1;
  return [
    ...(base === undefined ? [] : [{ role: 'base', reference: base.reference, parts: [base] }]),
    ...(aimed === undefined ? [] : [toOperand('target', aimed)]),
    ...sides.flatMap((each): Operand[] => {
      const prefix = several ? `${each.of.name}.` : '';
      if ('stored' in each) {
        return [{ role: `${prefix}direction`, reference: each.stored.reference, parts: [each.stored] }];
      }
      return [toOperand(`${prefix}positive`, each.positive), toOperand(`${prefix}negative`, each.negative)];
    }),
  ];
}

function toOperand(role: string, { reference, checkpoint, adapter }: Opened): Operand {
  return {
    role,
    reference: reference.text,
    parts: [checkpoint, adapter].filter((part) => part !== undefined),
  };
}
