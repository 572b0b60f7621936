import type { LayerSelection } from '#protocol/panel.ts';
import { l10n } from 'vscode';
import { leave } from '../failures.ts';
import { layers } from './layers.ts';
import { pathsOf } from './selection.ts';
import type { Tools } from './tools.ts';

/** Shows a tensor of a model in an open Layers panel; whether one is about what moves it. */
export type ShowTensorInLayers = (path: string, name: string) => boolean;

/**
 * *Show in Layers*: of a recipe or a direction with layers and modules selected, or of a model a tensor, in an open panel. Lenses, links
 * and pages name the path, and what of it.
 */
export async function showInLayers(
  [path, what]: readonly unknown[],
  tools: Tools,
  showTensor: ShowTensorInLayers,
): Promise<void> {
  const [known] = pathsOf([path]);
  if (known === undefined) leave();
  if (typeof what !== 'string') return await layers([known], tools, toSelection(what));
  if (showTensor(known, what)) return;
  const message = l10n.t(
    'No open Layers panel is about a direction that moves {0}. Show the layers of a recipe or direction first.',
    what,
  );
  await tools.ui.ask('info', message, []);
}

/** Arguments of commands come from anywhere, hence the distrust. */
function toSelection(what: unknown): LayerSelection {
  if (typeof what !== 'object' || what === null) return {};
  const layers = 'layers' in what ? toLayers(what.layers) : undefined;
  const modules =
    'modules' in what && Array.isArray(what.modules)
      ? what.modules.filter((each) => typeof each === 'string')
      : [];
  return { ...(layers !== undefined && { layers }), ...(modules.length > 0 && { modules }) };
}

function toLayers(value: unknown): LayerSelection['layers'] {
  if (typeof value !== 'object' || value === null || !('first' in value && 'last' in value)) return undefined;
  const { first, last } = value;
  return typeof first === 'number' && typeof last === 'number' ? { first, last } : undefined;
}
