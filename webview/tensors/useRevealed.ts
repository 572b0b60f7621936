import type { TensorColumns } from '#protocol/viewer.ts';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { groupKey, type TreeRow } from './treeRows.ts';
import type { ViewState } from './viewState.ts';

interface Listed {
  readonly columns: TensorColumns;
  readonly rows: readonly TreeRow[];
  readonly state: ViewState;
}

/**
 * Brings a tensor that was selected elsewhere into view, once for each: its group is opened, where it is closed. What the
 * filter leaves out stays out.
 */
export function useRevealed(
  { columns, rows, state: { selected, grouping } }: Listed,
  show: (row: number) => void,
  toggle: (group: string) => void,
): void {
  const revealed = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (selected === undefined || selected === revealed.current) return;
    const row = rows.findIndex(({ key }) => key === selected);
    const key = groupKey(columns, selected, grouping);
    const isClosed = rows.some((each) => each.kind === 'group' && each.key === key && !each.isOpen);
    if (row < 0 && isClosed && key !== undefined) return toggle(key); // And again, with its rows.
    revealed.current = selected;
    if (row >= 0) show(row);
  });
}
