import { basename, dirname, join } from 'node:path';
import type { ModelSummary } from '#protocol/models.ts';
import { RequestFailure } from '#protocol/failure.ts';
import { l10n } from 'vscode';
import { leave } from '../failures.ts';
import { nameFrom } from '../trees/modelRows.ts';
import type { FileEdit } from '../ui.ts';
import { pickModel } from './pick.ts';
import { requireTrust } from './requireTrust.ts';
import type { Tools } from './tools.ts';

/** *Rename…*: gives a stored direction another name, in its folder and in what is recorded; recipes that name the folder can follow. */
export async function renameDirection(paths: readonly string[], tools: Tools): Promise<void> {
  requireTrust(tools);
  const title = l10n.t('Rename Direction');
  const from = await directionFor(paths, title, tools);
  const question = { title, placeholder: l10n.t('Name of the direction and of its folder') };
  const name = (await tools.ui.input(question, basename(from))).trim();
  const to = join(dirname(from), name);
  if (to === from) return;
  const { name: before } = await described(from, tools);
  await tools.call('direction/edit', { path: from, name });
  try {
    await tools.ui.rename(from, to);
  } catch (error) {
    await tools.call('direction/edit', { path: from, name: before });
    throw refusal(l10n.t('{0} could not be renamed: {1}', basename(from), String(error)), from);
  }
  await tools.models.look();
  await offerEdits(from, to, tools);
}

/** *Describe…*: what a stored direction does, in words that are recorded with it. */
export async function describeDirection(paths: readonly string[], tools: Tools): Promise<void> {
  requireTrust(tools);
  const title = l10n.t('Describe Direction');
  const path = await directionFor(paths, title, tools);
  const { description } = await described(path, tools);
  const question = { title, placeholder: l10n.t('The behaviour, in a few words; empty: none') };
  await tools.call('direction/edit', {
    path,
    description: await tools.ui.input(question, description ?? ''),
  });
  await tools.models.look();
}

/** *Delete*: to the trash, after a question that names what goes. */
export async function deleteDirections(paths: readonly string[], tools: Tools): Promise<void> {
  requireTrust(tools);
  const title = l10n.t('Delete Direction');
  const all = paths.length > 0 ? paths : [await directionFor(paths, title, tools)];
  const names = all.map((path) => nameFrom(path, tools.folders())).join(', ');
  const users = await usersOf(all, tools);
  const detail = users.length === 0 ? '' : l10n.t('Recipes that use it: {0}', namesOf(users));
  await tools.ui.confirm(l10n.t('Move {0} to the trash?', names), detail, l10n.t('Move to Trash'));
  for (const path of all) await remove(path, tools);
  await tools.models.look();
}

/** Some places have no trash; then nothing goes without another question. */
async function remove(path: string, { ui }: Tools): Promise<void> {
  try {
    await ui.remove(path, false);
  } catch (error) {
    const message = l10n.t('{0} cannot be moved to the trash. Delete it for good?', basename(path));
    await ui.confirm(message, String(error), l10n.t('Delete for Good'));
    await ui.remove(path, true);
  }
}

async function offerEdits(from: string, to: string, tools: Tools): Promise<void> {
  const edits = await recipesNaming(from, to, tools);
  if (edits.length === 0) return;
  const action = l10n.t('Edit Recipes');
  const message = l10n.t('Recipes that name {0}: {1}.', basename(from), namesOf(edits));
  if ((await tools.ui.ask('info', message, [action])) === action) await tools.ui.edit(edits);
}

async function usersOf(directions: readonly string[], tools: Tools): Promise<readonly FileEdit[]> {
  const found = await Promise.all(directions.map((path) => recipesNaming(path, path, tools)));
  return [...new Map(found.flat().map((user) => [user.path, user])).values()];
}

/** With the edits that a new path needs. A recipe that cannot be read names nothing. */
async function recipesNaming(
  from: string,
  to: string,
  { models, ui, call }: Tools,
): Promise<readonly FileEdit[]> {
  const texts = models.recipes.map(async (path) => ({ path, text: await ui.read(path) }));
  const read = await Promise.allSettled(texts);
  const recipes = read.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  return await call('recipes/moved', { recipes, from, to });
}

function namesOf(recipes: readonly FileEdit[]): string {
  return recipes.map(({ path }) => basename(path)).join(', ');
}

async function directionFor(paths: readonly string[], title: string, tools: Tools): Promise<string> {
  const placeholder = l10n.t('Direction');
  return paths[0] ?? (await pickModel({ kinds: ['direction'], title, placeholder }, tools));
}

type DirectionSummary = Extract<ModelSummary, { kind: 'direction' }>;

async function described(path: string, { call }: Tools): Promise<DirectionSummary> {
  const [outcome] = await call('models/describe', { paths: [path] });
  if (outcome === undefined) leave();
  if (!outcome.ok) throw new RequestFailure(outcome.failure);
  if (outcome.value.kind !== 'direction')
    throw refusal(l10n.t('{0} is not a stored direction.', basename(path)), path);
  return outcome.value;
}

function refusal(message: string, subject: string): RequestFailure {
  return new RequestFailure({ code: 'usage', message, subject });
}
