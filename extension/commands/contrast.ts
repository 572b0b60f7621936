import { l10n } from 'vscode';
import { nameFrom } from '../trees/modelRows.ts';
import { chooseBase } from './chooseBase.ts';
import { freeRecipePath, recipeFolder, recipeName } from './freePath.ts';
import { modelAt, pickModel } from './pick.ts';
import { requireTrust } from './requireTrust.ts';
import type { Tools } from './tools.ts';

/** *Contrast Selected*: asks which of two fine-tunes shows the behaviour, finds their base, writes a recipe beside them and opens it. */
export async function contrast(paths: readonly string[], tools: Tools): Promise<void> {
  requireTrust(tools);
  const { call, ui, withProgress, reach } = tools;
  const pair = await twoModels(paths, tools);
  const [positive, negative] = await askWhichIsPositive(pair, tools);
  const base = await chooseBase([positive, negative], tools);
  const path = await recipePathFor([positive, negative], tools);
  const source = { kind: 'contrast', positive, negative } as const;
  const params = { path, source, ...(base !== undefined && { base }) };
  const created = await withProgress(l10n.t('Writing the recipe'), (signal) =>
    call('recipes/create', params, { signal }),
  );
  await ui.open(created.path);
  reach('contrast');
}

/** A free path for a recipe about these models; asked for where no folder is open. */
export async function recipePathFor(
  paths: readonly [string, ...string[]],
  { ui, folders }: Tools,
): Promise<string> {
  const folder = recipeFolder(paths, folders());
  return folder === undefined
    ? await ui.chooseRecipePath(l10n.t('Save Recipe'))
    : await freeRecipePath(folder, recipeName(paths[0]));
}

type Pair = readonly [string, string];

async function twoModels(paths: readonly string[], tools: Tools): Promise<Pair> {
  const [one, other] = paths.map((path) => modelAt(path, tools));
  const title = l10n.t('Contrast');
  const kinds = ['adapter', 'checkpoint'] as const;
  const first = one ?? (await pickModel({ kinds, title, placeholder: l10n.t('First fine-tune') }, tools));
  if (other !== undefined) return [first, other];
  const placeholder = l10n.t('Contrast {0} with', nameFrom(first, tools.folders()));
  return [first, await pickModel({ kinds, title, placeholder, except: first }, tools)];
}

async function askWhichIsPositive([one, other]: Pair, { ui, folders }: Tools): Promise<Pair> {
  const choice = (positive: string, negative: string) => ({
    label: nameFrom(positive, folders()),
    description: l10n.t('minus {0}', nameFrom(negative, folders())),
    value: [positive, negative] as const,
  });
  return await ui.pick([choice(one, other), choice(other, one)], {
    title: l10n.t('Contrast'),
    placeholder: l10n.t('More of which, at positive strength?'),
  });
}
