import type { Place } from '../models/place.ts';
import { matchesGlob } from './glob.ts';
import type { LayerRange, Selection } from './recipe.ts';

/**
 * Whether a tensor takes part: in `modules` (by group or short name), matched by an `include`, by no `exclude`.
 * `layers` restricts tensors of layers only. An absent part selects everything.
 */
export function selects(selection: Selection, name: string, place: Place): boolean {
  const { modules, include, exclude, layers } = selection;
  if (modules !== undefined && !modules.includes(place.group) && !modules.includes(place.module))
    return false;
  if (layers !== undefined && place.layer !== undefined && !isIn(layers, place.layer)) return false;
  if (include !== undefined && !include.some((pattern) => matchesGlob(pattern, name))) return false;
  return exclude === undefined || !exclude.some((pattern) => matchesGlob(pattern, name));
}

function isIn(ranges: readonly LayerRange[], layer: number): boolean {
  return ranges.some(({ first, last = Infinity }) => first <= layer && layer <= last);
}
