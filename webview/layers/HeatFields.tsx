import { useMemo } from 'preact/hooks';
import { isBrushed } from './brush.ts';
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
  /** Brushed; undefined: all. */
  readonly modules: readonly string[] | undefined;
  /** Columns; −1 where it is in another row. */
  readonly current: number;
  readonly selected: number;
  readonly pinned: number;
}

/** The fields of one row. They are made anew only when something in them has changed: a step with an arrow is two rows, not a hundred. */
export function HeatFields(props: HeatFieldsProps) {
  const { row, layer, cells, columns, numbers, scale, modules, current, selected, pinned } = props;
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
            isOutside={isOutside(layer, columns[column], modules)}
          />
        ))}
      </>
    ),
    [row, layer, cells, columns, numbers, scale, modules, current, selected, pinned],
  );
}

/** What stands apart has no column, and is outside as soon as columns are brushed. */
function isOutside(
  layer: number | null,
  column: Column | undefined,
  modules: readonly string[] | undefined,
): boolean {
  if (modules === undefined) return false;
  return layer === null || column === undefined || !isBrushed(column, modules);
}
