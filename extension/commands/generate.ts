import type { Subject } from '#protocol/analysis.ts';
import { l10n } from 'vscode';
import { isRecipe } from '../discovery/models.ts';
import { modelAt, modelChoices, recipeChoices } from './pick.ts';
import type { Tools } from './tools.ts';

/** *Generate*: what a recipe, a direction, an adapter or a checkpoint says. */
export async function generate(paths: readonly string[], tools: Tools): Promise<void> {
  const subject = subjectOf(paths[0] ?? tools.ui.activeRecipe(), tools) ?? (await chooseSubject(tools));
  if (subject.kind === 'recipe') await tools.ui.save(subject.path);
  tools.showGenerate(subject);
}

function subjectOf(path: string | undefined, tools: Tools): Subject | undefined {
  if (path === undefined) return undefined;
  return isRecipe(path) ? { kind: 'recipe', path } : { kind: 'model', path: modelAt(path, tools) };
}

async function chooseSubject(tools: Tools): Promise<Subject> {
  const recipes = await recipeChoices(tools);
  const models = await modelChoices(['direction', 'adapter', 'checkpoint'], tools);
  return await tools.ui.pick<Subject>(
    [
      ...recipes.map((choice) => ({ ...choice, value: { kind: 'recipe', path: choice.value } as const })),
      ...models.map((choice) => ({ ...choice, value: { kind: 'model', path: choice.value } as const })),
    ],
    { title: l10n.t('Generate'), placeholder: l10n.t('Recipe, direction, adapter or checkpoint') },
  );
}
