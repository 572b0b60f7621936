import { useRef } from 'preact/hooks';
import { t } from '../strings.ts';
import { toggled } from './brush.ts';
import type { ColorScale } from './colorScale.ts';
import type { Cell, Grid } from './grid.ts';
import type { Position } from '../components/gridKeys.ts';
import { HeatFields } from './HeatFields.tsx';
import { HeatHeadings } from './HeatHeadings.tsx';
import { type HeatRows, heatRows } from './heatRows.ts';
import { HoverCard } from '../components/HoverCard.tsx';
import { cellName, metricName, shortModule } from './names.ts';
import { type Numbers, readCell, readingText } from './reading.ts';
import { placeOf, useRoving } from '../components/useRoving.ts';
import type { Range } from './viewState.ts';

interface Props {
  readonly grid: Grid;
  readonly numbers: Numbers;
  readonly scale: ColorScale;
  readonly range: Range;
  /** Keys of cells. */
  readonly selected: string | undefined;
  readonly pinned: string | undefined;
  /** Brushed; undefined: all. */
  readonly modules: readonly string[] | undefined;
  readonly onModules: (modules: readonly string[] | undefined) => void;
  readonly onSelect: (key: string) => void;
  readonly onPin: (key: string) => void;
}

/** Layers × modules, and under them what has no layer. One tab stop; arrows reach every field and the headings. */
export function Heatmap(props: Props) {
  const { grid, numbers, range, modules, onSelect, onPin, onModules } = props;
  const element = useRef<HTMLDivElement>(null);
  const rows = heatRows(grid, range);
  const lengths = [
    ...(rows.headings > 0 ? [grid.columns.length] : []),
    ...rows.all.map((cells) => cells.length),
  ];
  const { here, move, onFocusIn } = useRoving(element, lengths, () => positionOf(props.selected, rows));
  const cellAt = (at: Position | undefined) => at && rows.all[at.row - rows.headings]?.[at.column];
  const headingAt = (at: Position | undefined) =>
    at !== undefined && at.row < rows.headings ? grid.columns[at.column] : undefined;
  const choose = (at: Position | undefined) => {
    const [cell, heading] = [cellAt(at), headingAt(at)];
    if (cell !== undefined) onSelect(cell.key);
    if (heading !== undefined) onModules(toggled(heading, grid.columns, modules));
  };
  const press = (event: KeyboardEvent) => {
    const cell = cellAt(here);
    if (event.key === 'Enter' || (event.key === ' ' && headingAt(here) !== undefined)) choose(here);
    else if (event.key === ' ' && cell !== undefined) onPin(cell.key);
    else if (!move(event)) return;
    event.preventDefault();
  };
  const describe = (target: EventTarget | null) => {
    const at = placeOf(target);
    if (at === undefined || headingAt(at) !== undefined) return undefined;
    return hoverText(cellAt(at), { ...at, row: at.row - rows.headings }, props);
  };
  return (
    <>
      <div
        ref={element}
        class={hasLongNames(grid) ? 'heatmap upright' : 'heatmap'}
        role="grid"
        aria-label={t('{0} by layer and module', metricName(numbers.metric))}
        aria-rowcount={rows.all.length + 1}
        aria-colcount={grid.columns.length + 1}
        style={{ '--columns': grid.columns.length, '--layers': rows.layers.length }}
        onKeyDown={press}
        onClick={({ target }) => choose(placeOf(target))}
        onFocusIn={onFocusIn}
      >
        {grid.columns.length > 0 && (
          <HeatHeadings
            columns={grid.columns}
            modules={modules}
            current={headingAt(here) === undefined ? -1 : here.column}
          />
        )}
        {rows.layers.map(({ layer }, row) => (
          <div class="heat-row" role="row" key={layer} aria-rowindex={row + 2}>
            <span class="heat-layer" role="rowheader">
              <span class={isLabelled(layer, rows) ? '' : 'visually-hidden'}>{layer}</span>
            </span>
            <HeatFields {...fieldsOf(row, rows, here, props)} />
          </div>
        ))}
        {grid.apart.length > 0 && (
          <div class="heat-apart" role="row" aria-rowindex={rows.all.length + 1}>
            <HeatFields {...fieldsOf(rows.all.length - 1, rows, here, props)} />
          </div>
        )}
      </div>
      <HoverCard around={element} describe={describe} />
    </>
  );
}

/** What the fields of a row need to know. */
function fieldsOf(row: number, { headings, all, layers }: HeatRows, here: Position, props: Props) {
  const { grid, numbers, scale, modules, selected, pinned } = props;
  const cells = all[row] ?? [];
  const columnOf = (key: string | undefined) =>
    key === undefined ? -1 : cells.findIndex((cell) => cell?.key === key);
  return {
    row: row + headings,
    layer: layers[row]?.layer ?? null,
    cells,
    columns: grid.columns,
    numbers,
    scale,
    modules,
    current: here.row === row + headings ? here.column : -1,
    selected: columnOf(selected),
    pinned: columnOf(pinned),
  };
}

function positionOf(key: string | undefined, { headings, all }: HeatRows): Position {
  const row = key === undefined ? -1 : all.findIndex((cells) => cells.some((cell) => cell?.key === key));
  if (row < 0) return { row: headings, column: 0 };
  return { row: row + headings, column: all[row]?.findIndex((cell) => cell?.key === key) ?? 0 };
}

function hoverText(cell: Cell | undefined, at: Position, { grid, numbers, range }: Props) {
  if (cell !== undefined) {
    return { name: cellName(cell), value: readingText(readCell(cell, numbers), numbers.metric) };
  }
  const module = grid.columns[at.column]?.module ?? '';
  return { name: t('Layer {0}, {1}', range.first + at.row, module), value: t('no change') };
}

/** Names that do not fit over narrow columns stand upright. */
function hasLongNames({ columns }: Grid): boolean {
  return columns.length > 10 || columns.some(({ module }) => shortModule(module).length > 5);
}

/** So that the numbers of layers do not touch. */
function isLabelled(layer: number, { layers }: HeatRows): boolean {
  const every = layers.length <= 36 ? 1 : layers.length <= 72 ? 2 : 4;
  return layer % every === 0;
}
