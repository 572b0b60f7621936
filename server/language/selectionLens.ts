import type { LayerSelection } from '#protocol/panel.ts';
import type { CodeLens } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { parseRecipe } from '../recipes/parseRecipe.ts';
import { readTree } from '../recipes/readTree.ts';
import type { Selection } from '../recipes/recipe.ts';
import { keyRange } from '../recipes/tree.ts';

/** More layers than any model has, and a number that pages keep. */
const allLayers = 999_999;

/** Above `layers` or `modules` of the whole, whichever comes first: leads to the Layers panel with both selected. */
export function selectionLens(document: TextDocument, path: string): readonly CodeLens[] {
  const text = document.getText();
  const { recipe } = parseRecipe(text, { path });
  const { tree } = readTree(text);
  if (recipe === undefined || tree === undefined) return [];
  const keys = ['layers', 'modules'].flatMap((key) => keyRange(tree, [key]) ?? []);
  const [first] = keys.toSorted((one, other) => one.start.line - other.start.line);
  if (first === undefined) return [];
  const range = { start: first.start, end: first.start };
  const selected = [document.uri, selectionOf(recipe.selection)];
  return [
    {
      range,
      command: { title: 'Show in Layers', command: 'weightSteering.showInLayers', arguments: selected },
    },
  ];
}

/** Of several ranges of layers, from the first to the last of them: a panel shows layers that follow each other. */
function selectionOf({ layers, modules }: Selection): LayerSelection {
  return {
    ...(layers !== undefined && {
      layers: {
        first: Math.min(...layers.map(({ first }) => first)),
        last: Math.max(...layers.map(({ last = allLayers }) => last)),
      },
    }),
    ...(modules !== undefined && { modules }),
  };
}
