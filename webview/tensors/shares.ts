import type { OpenedModel, TensorColumns } from '#protocol/viewer.ts';
import { groupName } from '../moduleNames.ts';
import { t } from '../strings.ts';

/** A part of a model and what it weighs. */
export interface Share {
  readonly label: string;
  readonly bytes: number;
  readonly tensors: number;
}

/** By module, the largest first; `q_proj` of all layers is one. */
export function moduleShares(columns: TensorColumns): readonly Share[] {
  return summed(columns, (index) => {
    const group = columns.groups[columns.group[index] ?? 0] ?? 'other';
    const module = columns.modules[columns.module[index] ?? 0] ?? '';
    return (columns.layer[index] ?? -1) < 0 && group !== 'other'
      ? groupName(group)
      : module || groupName(group);
  }).toSorted((a, b) => b.bytes - a.bytes);
}

/** By layer, in their order, and before them what is in none. */
export function layerShares({ tensors, layers }: OpenedModel): readonly Share[] {
  const apart = t('Outside layers');
  const parts = new Map(
    summed(tensors, (index) => {
      const layer = tensors.layer[index] ?? -1;
      return layer < 0 ? apart : String(layer);
    }).map((share) => [share.label, share]),
  );
  const names = [apart, ...Array.from({ length: layers }, (_, layer) => String(layer))];
  return names.flatMap((name) => parts.get(name) ?? []);
}

function summed(columns: TensorColumns, labelOf: (index: number) => string): readonly Share[] {
  const shares = new Map<string, { bytes: number; tensors: number }>();
  for (const index of columns.names.keys()) {
    const label = labelOf(index);
    const share = shares.get(label) ?? { bytes: 0, tensors: 0 };
    share.bytes += columns.bytes[index] ?? 0;
    share.tensors++;
    shares.set(label, share);
  }
  return [...shares].map(([label, share]) => ({ label, ...share }));
}
