import { readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { RequestFailure } from '#protocol/failure.ts';
import { l10n } from 'vscode';
import { chooseBase } from './chooseBase.ts';
import { recipePathFor } from './contrast.ts';
import { freeRecipePath, recipeName } from './freePath.ts';
import { modelAt, modelChoices, pickModel, recipeChoices } from './pick.ts';
import { requireTrust } from './requireTrust.ts';
import type { Tools } from './tools.ts';
import { withTarget } from './withTarget.ts';

interface Chosen {
  readonly kind: 'direction' | 'recipe';
  readonly path: string;
}

/** *Steer with Direction…*: a recipe that steers this checkpoint or adapter along a stored direction or another recipe's. */
export async function steer(paths: readonly string[], tools: Tools): Promise<void> {
  requireTrust(tools);
  const title = l10n.t('Steer with Direction');
  const [given] = paths;
  const kinds = ['checkpoint', 'adapter'] as const;
  const target =
    given === undefined
      ? await pickModel({ kinds, title, placeholder: l10n.t('What is steered?') }, tools)
      : modelAt(given, tools);
  const chosen = await chooseDirection(title, tools);
  const make = chosen.kind === 'direction' ? fromDirection : fromRecipe;
  await tools.ui.open(await make(chosen.path, target, tools));
}

async function chooseDirection(title: string, tools: Tools): Promise<Chosen> {
  const stored = (await modelChoices(['direction'], tools)).map(toChosen('direction'));
  const recipes = (await recipeChoices(tools)).map(toChosen('recipe'));
  if (stored.length + recipes.length === 0) {
    const message = l10n.t(
      'There is no direction and no recipe in this window. Contrast two models to get one.',
    );
    throw new RequestFailure({ code: 'usage', message });
  }
  return await tools.ui.pick([...stored, ...recipes], {
    title,
    placeholder: l10n.t('Along which direction?'),
  });
}

function toChosen(kind: Chosen['kind']) {
  return <C extends { readonly value: string }>(choice: C) => ({
    ...choice,
    value: { kind, path: choice.value },
  });
}

async function fromDirection(direction: string, target: string, tools: Tools): Promise<string> {
  const base = await chooseBase([direction], tools);
  const path = await recipePathFor([target, direction], tools);
  const source = { kind: 'stored', direction } as const;
  const params = { path, source, target, ...(base !== undefined && { base }) };
  return (await tools.call('recipes/create', params)).path;
}

/** Beside the recipe it is made from, so that all its other paths hold. */
async function fromRecipe(recipe: string, target: string, { ui }: Tools): Promise<string> {
  await ui.save(recipe);
  const folder = dirname(recipe);
  const way = relative(folder, target).split(sep).join('/');
  const text = withTarget(await readFile(recipe, 'utf8'), way === 'base' ? './base' : way);
  const path = await freeRecipePath(folder, recipeName(target));
  await writeFile(path, text, { flag: 'wx' });
  return path;
}
