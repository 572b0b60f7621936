import type { LayerSelection } from '#protocol/panel.ts';
import { l10n } from 'vscode';
import { chosenSubject } from './chosenSubject.ts';
import type { Tools } from './tools.ts';

/** *Show Layers*: of a recipe, a direction, an adapter as the way from its base, or from one model to another. */
export async function layers(
  paths: readonly string[],
  tools: Tools,
  selection?: LayerSelection,
): Promise<void> {
  const subject = await chosenSubject(paths, l10n.t('Show Layers'), tools);
  tools.showLayers(subject, selection);
  tools.reach('layers');
}
