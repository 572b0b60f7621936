import type { Subject } from '#protocol/analysis.ts';
import type { LayerSelection } from '#protocol/panel.ts';
import { l10n } from 'vscode';
import { isRecipe } from '../discovery/models.ts';
import { modelAt, modelChoices, recipeChoices } from './pick.ts';
import type { Tools } from './tools.ts';

/** *Show Layers*: of a recipe, a direction, an adapter as the way from its base, or from one model to another. */
export async function layers(
  paths: readonly string[],
  tools: Tools,
  selection?: LayerSelection,
): Promise<void> {
  const subject = subjectOf(paths, tools) ?? (await chooseSubject(tools));
  if (subject.kind === 'recipe') await tools.ui.save(subject.path);
  tools.showLayers(subject, selection);
  tools.reach('layers');
}

function subjectOf(paths: readonly string[], tools: Tools): Subject | undefined {
  const [path, other] = paths.length === 0 ? [tools.ui.activeRecipe()] : paths;
  if (path === undefined) return undefined;
  if (other !== undefined)
    return { kind: 'pair', before: modelAt(path, tools), after: modelAt(other, tools) };
  return isRecipe(path) ? { kind: 'recipe', path } : { kind: 'model', path: modelAt(path, tools) };
}

async function chooseSubject(tools: Tools): Promise<Subject> {
  const recipes = (await recipeChoices(tools)).map((choice) => toSubject('recipe', choice));
  const models = (await modelChoices(['direction', 'adapter'], tools)).map((choice) =>
    toSubject('model', choice),
  );
  return await tools.ui.pick([...recipes, ...models], {
    title: l10n.t('Show Layers'),
    placeholder: l10n.t('Recipe, direction or adapter'),
  });
}

function toSubject<C extends { readonly value: string }>(kind: 'recipe' | 'model', choice: C) {
  return { ...choice, value: { kind, path: choice.value } };
}
