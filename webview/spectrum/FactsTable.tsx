import { useMemo } from 'preact/hooks';
import { t } from '../strings.ts';
import { type FactColumn, factColumns, placeColumns } from './facts.ts';
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
  const moving = placeColumns(place);
  return (
    <div class="facts-scroller" tabIndex={0} role="region" aria-label={t('Figures')}>
      <table class="facts-table">
        <thead>
          <tr>
            <th scope="col">{t('Line')}</th>
            {[...moving, ...factColumns()].map(({ key, heading, hint }) => (
              <th key={key} scope="col" class="number" title={hint}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.map((each) => (
            <Row key={each.key} series={each} moving={moving} isTold={each.key === line} onLine={onLine} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps extends Pick<Props, 'onLine'> {
  readonly series: Series;
  readonly moving: readonly FactColumn[];
  readonly isTold: boolean;
}

/** Made anew for a moving cursor are the cells that it changes, and no others: there may be hundreds of rows. */
function Row({ series, moving, isTold, onLine }: RowProps) {
  const name = useMemo(() => <Name series={series} />, [series]);
  const still = useMemo(() => <Cells series={series} columns={factColumns()} />, [series]);
  return (
    <tr
      class={isTold ? 'told' : ''}
      onPointerEnter={() => onLine(series.key)}
      onPointerLeave={() => onLine(undefined)}
    >
      {name}
      <Cells series={series} columns={moving} />
      {still}
    </tr>
  );
}

function Name({ series: { name, place, color, shade } }: { readonly series: Series }) {
  return (
    <th scope="row" title={place.name}>
      <Swatch color={color} shade={shade} /> {name}
    </th>
  );
}

interface CellsProps {
  readonly series: Series;
  readonly columns: readonly FactColumn[];
}

function Cells({ series: { row, lack }, columns }: CellsProps) {
  return (
    <>
      {columns.map(({ key, of }) => (
        <td key={key} class={lack === 'waiting' ? 'number hatched' : 'number'}>
          {row === undefined ? '' : of(row)}
        </td>
      ))}
    </>
  );
}
