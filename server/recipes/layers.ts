import type { LayerRange } from './recipe.ts';
import { inQuotes } from './shortened.ts';

/** `4`, `4-20`, `4-` and `-20`; both ends are included. */
const layersPattern = /^(?:\d{1,9}(?:-\d{0,9})?|-\d{1,9})$/;

/** What is wrong with a range of layers, as a sentence; undefined where nothing is. */
export function layersProblem(text: string): string | undefined {
  const range = text.trim();
  if (!layersPattern.test(range)) {
    return `${inQuotes(text)} is not a range of layers; write 4, 4-20, 4- or -20, or a list of these.`;
  }
  const { first, last } = toLayerRange(range);
  if (last === undefined || first <= last) return undefined;
  return `The range ${range} ends before it begins; write ${last}-${first}.`;
}

/** `layersProblem` has nothing against `layers`. YAML reads `-20`, the layers up to 20, as a number below zero. */
export function toLayerRange(layers: string | number): LayerRange {
  const [first = '', last] = String(layers).trim().split('-');
  if (last === undefined) return { first: Number(first), last: Number(first) };
  return { first: first === '' ? 0 : Number(first), last: last === '' ? undefined : Number(last) };
}
