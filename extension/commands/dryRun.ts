import type { DryRunResult } from '#protocol/results.ts';
import { l10n } from 'vscode';
import { recipeFor } from './pick.ts';
import type { Tools } from './tools.ts';

export type ShowDryRun = (recipe: string, result: DryRunResult) => Promise<void>;

/** *Dry Run*: what writing a recipe would write, read and need; nothing is touched. */
export async function dryRun(paths: readonly string[], tools: Tools, show: ShowDryRun): Promise<void> {
  const recipe = await recipeFor(paths, l10n.t('Dry Run'), tools);
  await tools.ui.save(recipe);
  const result = await tools.withProgress(l10n.t('Dry run'), (signal) =>
    tools.call('recipes/dryRun', { path: recipe }, { signal }),
  );
  await show(recipe, result);
}
