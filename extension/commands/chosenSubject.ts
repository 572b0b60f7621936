import type { Subject } from '#protocol/analysis.ts';
import { l10n } from 'vscode';
import { isRecipe } from '../discovery/models.ts';
import type { Choice } from '../ui.ts';
import { modelAt, modelChoices, recipeChoices } from './pick.ts';
import type { Tools } from './tools.ts';

/**
 * What a panel of one direction is about: what was named, else the recipe in the editor, else what the user picks. Two
 * models are the way from one to the other. A recipe is saved, since the server reads it from the disk.
 */
export async function chosenSubject(
  paths: readonly string[],
  title: string,
  tools: Pick<Tools, 'ui' | 'models' | 'folders'>,
): Promise<Subject> {
  const subject = namedSubject(paths, tools) ?? (await pickedSubject(title, tools));
  if (subject.kind === 'recipe') await tools.ui.save(subject.path);
  return subject;
}

/** All of the window that is one direction: recipes, then stored directions and adapters. */
export async function subjectChoices(
  tools: Pick<Tools, 'models' | 'folders'>,
): Promise<readonly Choice<Subject>[]> {
  const recipes = await recipeChoices(tools);
  const models = await modelChoices(['direction', 'adapter'], tools);
  return [...recipes.map(toSubject('recipe')), ...models.map(toSubject('model'))];
}

function namedSubject(paths: readonly string[], tools: Pick<Tools, 'ui' | 'models'>): Subject | undefined {
  const [path, other] = paths.length === 0 ? [tools.ui.activeRecipe()] : paths;
  if (path === undefined) return undefined;
  if (other !== undefined)
    return { kind: 'pair', before: modelAt(path, tools), after: modelAt(other, tools) };
  return isRecipe(path) ? { kind: 'recipe', path } : { kind: 'model', path: modelAt(path, tools) };
}

async function pickedSubject(
  title: string,
  tools: Pick<Tools, 'ui' | 'models' | 'folders'>,
): Promise<Subject> {
  const choices = await subjectChoices(tools);
  return await tools.ui.pick(choices, { title, placeholder: l10n.t('Recipe, direction or adapter') });
}

function toSubject(kind: 'recipe' | 'model'): (choice: Choice<string>) => Choice<Subject> {
  return (choice) => ({ ...choice, value: { kind, path: choice.value } });
}
