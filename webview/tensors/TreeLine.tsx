import { shapeAt, type TensorColumns } from '#protocol/viewer.ts';
import { Icon } from '../components/Icon.tsx';
import { halves } from '../middle.ts';
import { bytes, grouped } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import type { TreeRow } from './treeRows.ts';

interface Props {
  readonly row: TreeRow;
  readonly columns: TensorColumns;
  /** Among all rows, from 0. */
  readonly position: number;
  /** Where the keyboard is. */
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onChoose: () => void;
}

/** A group, or a tensor with its shape, dtype and size. */
export function TreeLine({ row, columns, position, isActive, isSelected, onChoose }: Props) {
  const state = `${isActive ? 'active' : ''} ${isSelected ? 'selected' : ''}`;
  return (
    <div
      id={`row-${position}`}
      class={`table-row tree-row ${row.kind} ${state}`}
      role="row"
      aria-rowindex={position + 2}
      aria-level={row.kind === 'tensor' && row.isNested ? 2 : 1}
      aria-selected={isSelected}
      aria-expanded={row.kind === 'group' ? row.isOpen : undefined}
      style={{ transform: `translateY(${position * 22}px)` }}
      onClick={onChoose}
    >
      {row.kind === 'group' ? <GroupCells row={row} /> : <TensorCells row={row} columns={columns} />}
    </div>
  );
}

function GroupCells({ row }: { readonly row: Extract<TreeRow, { kind: 'group' }> }) {
  return (
    <>
      <div role="gridcell" class="tree-name">
        <Icon name={row.isOpen ? 'chevronDown' : 'chevronRight'} />
        {row.label}
      </div>
      <div role="gridcell" class="number quiet">
        {row.tensors === 1 ? t('1 tensor') : t('{0} tensors', grouped(row.tensors))}
      </div>
      <div role="gridcell" />
      <div role="gridcell" class="number quiet">
        {bytes(row.bytes)}
      </div>
    </>
  );
}

interface TensorCellsProps {
  readonly row: Extract<TreeRow, { kind: 'tensor' }>;
  readonly columns: TensorColumns;
}

function TensorCells({ row: { key, label, index, isNested }, columns }: TensorCellsProps) {
  const [start, end] = halves(label);
  return (
    <>
      <div role="gridcell" class={isNested ? 'tree-name nested' : 'tree-name'} title={key} aria-label={key}>
        <span class="tensor-name-start">{start}</span>
        <span class="tensor-name-end">{end}</span>
      </div>
      <div role="gridcell" class="number">
        {shapeText(shapeAt(columns, index))}
      </div>
      <div role="gridcell">{columns.dtypes[columns.dtype[index] ?? 0]}</div>
      <div role="gridcell" class="number">
        {bytes(columns.bytes[index] ?? 0)}
      </div>
    </>
  );
}

/** `896 × 4864`; `scalar` where there are no dimensions. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? t('scalar') : shape.join(' × ');
}
