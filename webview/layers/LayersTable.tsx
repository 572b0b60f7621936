import type { TensorPlace } from '#protocol/analysis.ts';
import { percent, significant } from '#protocol/figures.ts';
import type { TensorAnalysis } from '#protocol/results.ts';
import { useMemo, useState } from 'preact/hooks';
import { TensorName } from '../components/TensorName.tsx';
import { type Sorting, type TableColumn, VirtualTable } from '../components/VirtualTable.tsx';
import { t } from '../strings.ts';
import type { Numbers } from './reading.ts';
import { sortedRows } from './sortedRows.ts';

/** A tensor, with its numbers once they have come. */
export type TableRow = TensorPlace & Partial<TensorAnalysis>;

interface Props {
  readonly tensors: readonly TensorPlace[];
  readonly numbers: Numbers;
  readonly onCopy: (text: string) => void;
}

/** All tensors with all their numbers. */
export function LayersTable({ tensors, numbers, onCopy }: Props) {
  const { rows, total } = numbers;
  const [sorting, setSorting] = useState<Sorting>();
  const all = useMemo(() => tensors.map((place): TableRow => rows.get(place.name) ?? place), [tensors, rows]);
  const sorted = useMemo(() => sortedRows(all, sorting), [all, sorting]);
  const sort = (key: string) => setSorting((before) => nextSorting(before, key));
  return (
    <VirtualTable
      label={t('Tensors')}
      rows={sorted}
      rowKey={({ name }) => name}
      columns={columnsOf(total, onCopy)}
      sorting={sorting}
      onSort={sort}
    />
  );
}

/** Largest first, then smallest first, then as in the model. */
function nextSorting(before: Sorting | undefined, key: string): Sorting | undefined {
  if (before?.key !== key) return { key, isDescending: true };
  return before.isDescending ? { key, isDescending: false } : undefined;
}

function columnsOf(total: number | null, onCopy: (text: string) => void): TableColumn<TableRow>[] {
  const number = (key: string, heading: string, cell: (row: TableRow) => string, title = heading) => ({
    key,
    heading,
    title,
    width: `${Math.max(key === 'layer' || key === 'rank' ? 7 : 11, heading.length + 2)}ch`,
    isNumber: true,
    cell,
  });
  return [
    {
      key: 'name',
      heading: t('Tensor'),
      width: 'minmax(24ch, 1fr)',
      isNumber: false,
      cell: ({ name }) => <TensorName name={name} onCopy={onCopy} tabIndex={-1} />,
    },
    number('layer', t('Layer'), ({ layer }) => String(layer ?? '')),
    {
      key: 'shape',
      heading: t('Shape'),
      width: '14ch',
      isNumber: true,
      cell: ({ shape }) => shape.join(' × '),
    },
    number('norm', t('Norm'), ({ norm }) => come(norm, significant)),
    number(
      'relativeNorm',
      t('Relative'),
      ({ relativeNorm }) => come(relativeNorm, percent),
      t('Norm of w over the norm of the base'),
    ),
    number(
      'share',
      t('Share'),
      ({ norm }) => come(norm, (value) => percent(shareOf(value, total))),
      t('Share of ‖w‖²'),
    ),
    number('rank', t('Rank'), ({ rank }) => String(rank ?? '–'), t('Columns of the joined factors')),
    number(
      'stableRank',
      t('Stable rank'),
      ({ stableRank }) => come(stableRank, significant),
      t('‖w‖² / σ₁²'),
    ),
    number(
      'effectiveRank',
      t('Eff. rank'),
      ({ effectiveRank }) => come(effectiveRank, significant),
      t('exp of the entropy of σ / Σσ'),
    ),
  ];
}

/** Nothing where the tensor has not been read yet. */
function come(value: number | null | undefined, text: (value: number | null) => string): string {
  return value === undefined ? '' : text(value);
}

function shareOf(norm: number | null, total: number | null): number | null {
  return norm === null || total === null || total === 0 ? null : norm ** 2 / total;
}
