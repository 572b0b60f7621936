import type { Schedule } from './recipe.ts';

/**
 * The factor of a layer (from 0, of `layerCount`): linear between anchors spread evenly over the layers, exact at
 * them. One anchor is the same for all; a model of one layer takes the first. Tensors outside layers take `others`.
 */
export function factorOf(
  schedule: Schedule | undefined,
  layer: number | undefined,
  layerCount: number,
): number {
  if (schedule === undefined) return 1;
  if (layer === undefined) return schedule.others;
  const { layers: anchors } = schedule;
  const gaps = layerCount - 1;
  // In whole numbers, so that a layer that falls on an anchor gets its very value.
  const place = Math.min(layer, Math.max(gaps, 0)) * (anchors.length - 1);
  const left = gaps > 0 ? Math.floor(place / gaps) : 0;
  const beyond = gaps > 0 ? place % gaps : 0;
  const from = anchors[left] ?? 1;
  const to = anchors[left + 1] ?? from;
  return beyond === 0 ? from : from + (to - from) * (beyond / gaps);
}
