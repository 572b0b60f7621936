import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../strings.ts';
import type { ColorScale } from './colorScale.ts';
import type { Cell, Grid } from './grid.ts';
import { clamped, moved, type Position } from './gridKeys.ts';
import { HeatCell } from './HeatCell.tsx';
import { HeatHeadings } from './HeatHeadings.tsx';
import { HoverCard } from './HoverCard.tsx';
import { cellName, groupName, metricName, shortModule } from './names.ts';
import { type Numbers, readCell, readingText } from './reading.ts';
import type { Range } from './viewState.ts';

export interface HeatmapProps {
  readonly grid: Grid;
  readonly numbers: Numbers;
  readonly scale: ColorScale;
  readonly range: Range;
  /** Keys of cells. */
  readonly selected: string | undefined;
  readonly pinned: string | undefined;
  readonly onSelect: (key: string) => void;
  readonly onPin: (key: string) => void;
}

/** Layers × modules, and under them what has no layer. One tab stop; arrows reach every field. */
export function Heatmap(props: HeatmapProps) {
  const { grid, numbers, range } = props;
  const element = useRef<HTMLDivElement>(null);
  const rows = [
    ...grid.layers.slice(range.first, range.last + 1),
    ...(grid.apart.length > 0 ? [grid.apart] : []),
  ];
  const lengths = rows.map((row) => row.length);
  const [position, setPosition] = useState(() => positionOf(props.selected, rows));
  const [isMoving, setMoving] = useState(false);
  const here = clamped(position, lengths);
  useLayoutEffect(() => {
    if (!isMoving) return;
    setMoving(false);
    element.current?.querySelector<HTMLElement>(selectorOf(here))?.focus();
  });
  const press = (event: KeyboardEvent) => {
    const to = moved(here, event.key, event.ctrlKey || event.metaKey, lengths);
    const key = rows[here.row]?.[here.column]?.key;
    if (to !== undefined) {
      setPosition(to);
      setMoving(true);
    } else if (event.key === 'Enter' && key !== undefined) props.onSelect(key);
    else if (event.key === ' ' && key !== undefined) props.onPin(key);
    else return;
    event.preventDefault();
  };
  const choose = (event: MouseEvent) => {
    const at = placeOf(event.target);
    if (at === undefined) return;
    setPosition(at);
    const key = rows[at.row]?.[at.column]?.key;
    if (key !== undefined) props.onSelect(key);
  };
  const describe = (target: EventTarget | null) => {
    const at = placeOf(target);
    return at && hoverText(rows[at.row]?.[at.column], layerAt(at, rows.length, props), at, props);
  };
  const layers = rows.length - (grid.apart.length > 0 ? 1 : 0);
  return (
    <div class="heat">
      <div
        ref={element}
        class={
          grid.columns.some(({ module }) => shortModule(module).length > 5) ? 'heatmap upright' : 'heatmap'
        }
        role="grid"
        aria-label={t('{0} by layer and module', metricName(numbers.metric))}
        aria-rowcount={rows.length + 1}
        aria-colcount={grid.columns.length + 1}
        style={{ '--columns': grid.columns.length, '--layers': layers }}
        onKeyDown={press}
        onClick={choose}
        onFocusIn={({ target }) => setPosition(placeOf(target) ?? here)}
      >
        <HeatHeadings columns={grid.columns} />
        {rows.slice(0, layers).map((cells, row) => (
          <div class="heat-row" role="row" key={range.first + row} aria-rowindex={row + 2}>
            <span class="heat-layer" role="rowheader">
              <span class={isLabelled(range.first + row, layers) ? '' : 'visually-hidden'}>
                {range.first + row}
              </span>
            </span>
            {cells.map((cell, column) => fieldAt({ row, column }, cell, here, props))}
          </div>
        ))}
        {grid.apart.length > 0 && (
          <div class="heat-apart" role="row" aria-rowindex={rows.length + 1}>
            {grid.apart.map((cell, column) => (
              <span class="apart-item" role="presentation" key={cell.key}>
                <span aria-hidden="true">{groupName(cell.group)}</span>
                {fieldAt({ row: rows.length - 1, column }, cell, here, props)}
              </span>
            ))}
          </div>
        )}
      </div>
      <HoverCard around={element} describe={describe} />
    </div>
  );
}

function fieldAt(at: Position, cell: Cell | undefined, here: Position, props: HeatmapProps) {
  const { grid, numbers, scale, selected, pinned } = props;
  return (
    <HeatCell
      key={cell?.key ?? at.column}
      at={at}
      cell={cell}
      place={{ layer: props.range.first + at.row, column: grid.columns[at.column] }}
      reading={cell && readCell(cell, numbers)}
      metric={numbers.metric}
      scale={scale}
      isCurrent={here.row === at.row && here.column === at.column}
      isSelected={cell !== undefined && cell.key === selected}
      isPinned={cell !== undefined && cell.key === pinned}
    />
  );
}

function selectorOf({ row, column }: Position): string {
  return `[data-row="${row}"][data-column="${column}"]`;
}

function placeOf(target: EventTarget | null): Position | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  if (element === null) return undefined;
  return { row: Number(element.dataset['row']), column: Number(element.dataset['column']) };
}

function positionOf(key: string | undefined, rows: readonly (readonly (Cell | undefined)[])[]): Position {
  const row = rows.findIndex((cells) => cells.some((cell) => cell?.key === key));
  if (key === undefined || row < 0) return { row: 0, column: 0 };
  return { row, column: rows[row]?.findIndex((cell) => cell?.key === key) ?? 0 };
}

function layerAt({ row }: Position, rows: number, { range, grid }: HeatmapProps): number | null {
  return grid.apart.length > 0 && row === rows - 1 ? null : range.first + row;
}

function hoverText(
  cell: Cell | undefined,
  layer: number | null,
  { column }: Position,
  { grid, numbers }: HeatmapProps,
): { name: string; value: string } {
  const module = grid.columns[column]?.module ?? '';
  if (cell === undefined) return { name: t('Layer {0}, {1}', layer ?? '', module), value: t('no change') };
  return { name: cellName(cell), value: readingText(readCell(cell, numbers), numbers.metric) };
}

/** So that the numbers of layers do not touch. */
function isLabelled(layer: number, count: number): boolean {
  return layer % (count <= 36 ? 1 : count <= 72 ? 2 : 4) === 0;
}
