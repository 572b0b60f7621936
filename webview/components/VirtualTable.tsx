import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { windowOf } from './window.ts';

export interface TableColumn<Row> {
  readonly key: string;
  readonly heading: string;
  /** Of the heading, where it is an abbreviation. */
  readonly title?: string;
  /** A CSS width, such as `9ch`. */
  readonly width: string;
  readonly isNumber: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

export interface Sorting {
  readonly key: string;
  readonly isDescending: boolean;
}

interface Props<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly columns: readonly TableColumn<Row>[];
  readonly sorting: Sorting | undefined;
  readonly onSort: (key: string) => void;
}

/** As in base.css. */
const rowHeight = 22;

/** A table of any length: only what is in view, and a little around it, is there. */
export function VirtualTable<Row>({ label, rows, rowKey, columns, sorting, onSort }: Props<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const look = () => {
    const element = scroller.current;
    if (element !== null) setView({ top: element.scrollTop, height: element.clientHeight });
  };
  useLayoutEffect(() => {
    look();
    addEventListener('resize', look);
    return () => removeEventListener('resize', look);
  }, []);
  const { first, last } = windowOf(rows.length, rowHeight, view);
  const template = { '--columns': columns.map(({ width }) => width).join(' ') };
  return (
    <div class="table" ref={scroller} onScroll={look} tabIndex={0} role="region" aria-label={label}>
      <div
        class="table-body"
        role="table"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        style={template}
      >
        <HeadingRow columns={columns} sorting={sorting} onSort={onSort} />
        <div role="rowgroup" class="table-rows" style={{ height: `${rows.length * rowHeight}px` }}>
          {rows.slice(first, last).map((row, index) => (
            <div
              class="table-row"
              role="row"
              key={rowKey(row)}
              aria-rowindex={first + index + 2}
              style={{ transform: `translateY(${(first + index) * rowHeight}px)` }}
            >
              {columns.map((column) => (
                <div role="cell" key={column.key} class={column.isNumber ? 'number' : ''}>
                  {column.cell(row)}
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function HeadingRow<Row>({ columns, sorting, onSort }: Pick<Props<Row>, 'columns' | 'sorting' | 'onSort'>) {
  return (
    <div class="table-row table-head" role="row" aria-rowindex={1}>
      {columns.map(({ key, heading, title, isNumber }) => (
        <div role="columnheader" key={key} aria-sort={sortOf(key, sorting)} class={isNumber ? 'number' : ''}>
          <button type="button" title={title ?? heading} onClick={() => onSort(key)}>
            {heading}
            <span class="table-arrow" aria-hidden="true">
              {sorting?.key === key ? (sorting.isDescending ? '↓' : '↑') : ''}
            </span>
          </button>
        </div>
      ))}
    </div>
  );
}

function sortOf(key: string, sorting: Sorting | undefined): 'ascending' | 'descending' | 'none' {
  if (sorting?.key !== key) return 'none';
  return sorting.isDescending ? 'descending' : 'ascending';
}
