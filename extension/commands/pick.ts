import { basename } from 'node:path';
import { RequestFailure } from '#protocol/failure.ts';
import { l10n } from 'vscode';
import { type PlaceKind, placeIcons } from '../discovery/place.ts';
import { nameFrom } from '../trees/modelRows.ts';
import type { Choice } from '../ui.ts';
import type { Tools } from './tools.ts';

type Picking = Pick<Tools, 'ui' | 'models' | 'folders'>;

/** The recipe that was named, else the one in the active editor, else one that the user picks. */
export async function recipeFor(paths: readonly string[], title: string, tools: Picking): Promise<string> {
  const { ui } = tools;
  const known = paths[0] ?? ui.activeRecipe();
  if (known !== undefined) return known;
  const choices = await recipeChoices(tools);
  if (choices.length === 0)
    refuse(l10n.t('There is no recipe in this window. Contrast two models to get one.'));
  return await ui.pick(choices, { title, placeholder: l10n.t('Recipe') });
}

export async function recipeChoices({
  models,
  folders,
}: Pick<Tools, 'models' | 'folders'>): Promise<readonly Choice<string>[]> {
  await models.looked;
  return models.recipes.map((path) => ({
    label: basename(path),
    description: nameFrom(path, folders()),
    icon: 'file-code',
    value: path,
  }));
}

export interface PickModel {
  readonly kinds: readonly PlaceKind[];
  readonly title: string;
  readonly placeholder: string;
  /** Not offered. */
  readonly except?: string;
}

/** Lets the user pick one of the window's models. */
export async function pickModel(
  { kinds, title, placeholder, except }: PickModel,
  tools: Picking,
): Promise<string> {
  const choices = (await modelChoices(kinds, tools)).filter(({ value }) => value !== except);
  if (choices.length === 0) {
    refuse(
      l10n.t(
        'There is no model in this window that this applies to. Open a folder with models, or create the demo workspace.',
      ),
    );
  }
  return await tools.ui.pick(choices, { title, placeholder });
}

export async function modelChoices(
  kinds: readonly PlaceKind[],
  { models, folders }: Pick<Tools, 'models' | 'folders'>,
): Promise<readonly Choice<string>[]> {
  await models.looked;
  const fitting = models.places.filter(({ kind }) => kinds.includes(kind));
  return fitting.map((place) => ({
    label: nameFrom(place.path, folders()),
    icon: placeIcons[place.kind],
    value: place.path,
  }));
}

/** The model's folder for a path that may be one of its files. */
export function modelAt(path: string, { models }: Pick<Tools, 'models'>): string {
  return models.placeAt(path)?.path ?? path;
}

function refuse(message: string): never {
  throw new RequestFailure({ code: 'usage', message });
}
