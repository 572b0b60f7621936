import { basename } from 'node:path';
import { l10n } from 'vscode';
import { recipeFor } from './pick.ts';
import { requireTrust } from './requireTrust.ts';
import type { Tools } from './tools.ts';

/** *Write Steered Model*: a job that writes a recipe's outputs. Settles when it has ended. */
export async function writeSteered(paths: readonly string[], tools: Tools): Promise<void> {
  requireTrust(tools);
  const recipe = await recipeFor(paths, l10n.t('Write Steered Model'), tools);
  await tools.ui.save(recipe);
  if (tools.jobs.unfinished.some(({ request }) => request.recipe === recipe)) {
    return tools.ui.remark(l10n.t('{0} is being written already.', basename(recipe)));
  }
  await tools.jobs.start({ recipe, force: false });
}
