import { basename } from 'node:path';
import { l10n } from 'vscode';
import { recipeFor } from './pick.ts';
import { requireTrust } from './requireTrust.ts';
import type { Tools } from './tools.ts';

/** *Save Report…*: the analysis of a recipe as one HTML file, where the user says. */
export async function saveReport(paths: readonly string[], tools: Tools): Promise<void> {
  requireTrust(tools);
  const recipe = await recipeFor(paths, l10n.t('Save Report'), tools);
  await tools.ui.save(recipe);
  const output = await tools.ui.chooseReportPath(recipe.replace(/(?:\.steer)?\.ya?ml$/i, '.html'));
  await tools.withProgress(l10n.t('Report of {0}', basename(recipe)), (signal) =>
    // The dialog has asked about a file that is there.
    tools.call('recipes/report', { path: recipe, output, force: true }, { signal }),
  );
  tools.ui.remark(l10n.t('Wrote {0}.', basename(output)));
}
