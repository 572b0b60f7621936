import { t } from '../strings.ts';
import { factColumns, placeColumns } from './facts.ts';
import type { Series } from './series.ts';
import { Swatch } from './Swatch.tsx';

interface Props {
  readonly series: readonly Series[];
  /** Of the cursor, from 1. */
  readonly place: number;
  /** The line that is told from the others. */
  readonly line: string | undefined;
  readonly onLine: (line: string | undefined) => void;
}

/** What each line is in numbers, and what it looks like: the legend of the figures. */
export function FactsTable({ series, place, line, onLine }: Props) {
  const columns = [...placeColumns(place), ...factColumns()];
  return (
    <div class="facts-scroller" tabIndex={0} role="region" aria-label={t('Figures')}>
      <table class="facts-table">
        <thead>
          <tr>
            <th scope="col">{t('Line')}</th>
            {columns.map(({ key, heading, hint }) => (
              <th key={key} scope="col" class="number" title={hint}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.map(({ key, name, place: { name: tensor }, row, color, shade, lack }) => (
            <tr
              key={key}
              class={key === line ? 'told' : ''}
              onPointerEnter={() => onLine(key)}
              onPointerLeave={() => onLine(undefined)}
            >
              <th scope="row" title={tensor}>
                <Swatch color={color} shade={shade} /> {name}
              </th>
              {columns.map((column) => (
                <td key={column.key} class={lack === 'waiting' ? 'number hatched' : 'number'}>
                  {row === undefined ? '' : column.of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
