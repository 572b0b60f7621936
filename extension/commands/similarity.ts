import type { SimilarityParams } from '#protocol/similarity.ts';
import { l10n } from 'vscode';
import { isRecipe } from '../discovery/models.ts';
import type { Choice } from '../ui.ts';
import { modelAt, modelChoices, recipeChoices } from './pick.ts';
import type { Tools } from './tools.ts';

/** *Show Similarity*: of recipes, directions, adapters and fine-tunes, two or more; one that is named alone may be joined by others. */
export async function similarity(paths: readonly string[], tools: Tools): Promise<void> {
  const named = paths.map((path) => (isRecipe(path) ? path : modelAt(path, tools)));
  const subjects = named.length > 1 ? [...new Set(named)] : await chooseSubjects(named, tools);
  if (subjects.length === 0) return;
  for (const path of subjects.filter(isRecipe)) await tools.ui.save(path);
  tools.showSimilarity({ subjects });
}

/** *Choose Controls…*: what the subjects are held against from now on; none picked means random directions. */
export async function chooseControls(
  { controls: chosen = [], ...params }: SimilarityParams,
  tools: Pick<Tools, 'ui' | 'models' | 'folders'>,
): Promise<SimilarityParams> {
  const choices = await modelChoices(['direction', 'adapter', 'checkpoint'], tools);
  const others = choices.filter(({ value }) => !params.subjects.includes(value));
  const controls = await tools.ui.pickMany(preselected(others, chosen), {
    title: l10n.t('Choose Controls'),
    placeholder: l10n.t('What has nothing to do with the behaviour; none: random directions'),
  });
  return controls.length === 0 ? params : { ...params, controls };
}

async function chooseSubjects(named: readonly string[], tools: Tools): Promise<readonly string[]> {
  const recipes = await recipeChoices(tools);
  const models = await modelChoices(['direction', 'adapter', 'checkpoint'], tools);
  return await tools.ui.pickMany(preselected([...recipes, ...models], named), {
    title: l10n.t('Show Similarity'),
    placeholder: l10n.t('Two or more recipes, directions, adapters or fine-tunes'),
  });
}

function preselected(
  choices: readonly Choice<string>[],
  picked: readonly string[],
): readonly Choice<string>[] {
  return choices.map((choice) => ({ ...choice, isPicked: picked.includes(choice.value) }));
}
