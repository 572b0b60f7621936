import { basename } from 'node:path';
import { l10n } from 'vscode';
import { recipeFor } from './pick.ts';
import { requireTrust } from './requireTrust.ts';
import type { Tools } from './tools.ts';

/** *Write Steered Model*: a job that writes a recipe's outputs. Settles when it has ended. */
export async function writeSteered(paths: readonly string[], tools: Tools): Promise<void> {
  requireTrust(tools);
  const recipe = await recipeFor(paths, l10n.t('Write Steered Model'), tools);
  if (await isReady(recipe, tools)) await tools.jobs.start({ recipe, force: false });
}

/** *Run Job Again*: the same guard, and what exists is asked about as if it were the first time. */
export async function runJobAgain(id: number, tools: Tools): Promise<void> {
  requireTrust(tools);
  const job = tools.jobs.all.find((each) => each.id === id);
  if (job !== undefined && (await isReady(job.request.recipe, tools))) await tools.jobs.again(id);
}

/** Saves the recipe. False, with a remark, where it is being written. */
async function isReady(recipe: string, { ui, jobs }: Tools): Promise<boolean> {
  await ui.save(recipe);
  if (!jobs.unfinished.some(({ request }) => request.recipe === recipe)) return true;
  ui.remark(l10n.t('{0} is being written already.', basename(recipe)));
  return false;
}
