import { useMemo } from 'preact/hooks';
import type { ColorScale } from './colorScale.ts';
import type { Cell, Column } from './grid.ts';
import { HeatCell } from './HeatCell.tsx';
import { type Numbers, readCell } from './reading.ts';

interface HeatFieldsProps {
  readonly row: number;
  readonly layer: number | null;
  readonly cells: readonly (Cell | undefined)[];
  readonly columns: readonly Column[];
  readonly numbers: Numbers;
  readonly scale: ColorScale;
  /** Columns; −1 where it is in another row. */
  readonly current: number;
  readonly selected: number;
  readonly pinned: number;
}

/** The fields of one row. They are made anew only when something in them has changed: a step with an arrow is two rows, not a hundred. */
export function HeatFields(props: HeatFieldsProps) {
  const { row, layer, cells, columns, numbers, scale, current, selected, pinned } = props;
  return useMemo(
    () => (
      <>
        {cells.map((cell, column) => (
          <HeatCell
            key={cell?.key ?? column}
            at={{ row, column }}
            cell={cell}
            place={{ layer: layer ?? 0, column: columns[column] }}
            reading={cell && readCell(cell, numbers)}
            metric={numbers.metric}
            scale={scale}
            isCurrent={column === current}
            isSelected={column === selected}
            isPinned={column === pinned}
          />
        ))}
      </>
    ),
    [row, layer, cells, columns, numbers, scale, current, selected, pinned],
  );
}
