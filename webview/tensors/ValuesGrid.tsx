import { useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { grouped } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { useRequest } from '../useRequest.ts';
import { bytesText, valueText } from './elementText.ts';
import type { MatrixView } from './matrixView.ts';
import { Toggle } from './Toggle.tsx';

/** Rows and columns that are listed, at most. */
export const listedExtent = { rows: 16, columns: 8 };

interface Props {
  readonly bridge: Bridge;
  readonly path: string;
  readonly name: string;
  readonly dtype: string;
  readonly slice: number;
  readonly view: MatrixView;
  readonly version: number;
}

/** True values, from the upper left corner of what is shown. */
export function ValuesGrid({ bridge, path, name, dtype, slice, view, version }: Props) {
  const [bytes, setBytes] = useState(false);
  const rows = upTo(view.rows.start, view.rows.end, listedExtent.rows);
  const columns = upTo(view.columns.start, view.columns.end, listedExtent.columns);
  const answer = useRequest(bridge, 'tensor/values', { path, name, slice, rows, columns, bytes }, version);
  const [height, width] = [rows.end - rows.start, columns.end - columns.start];
  const text = (row: number, column: number) => {
    const value = answer.value;
    // While others are awaited, those that are here belong to another place.
    if (value === undefined || answer.phase === 'working') return '';
    if (bytes && value.bytes !== null) return bytesText(value.bytes, { row, column, height, width });
    const number = value.values?.[row * width + column];
    return number === undefined ? '' : valueText(number, dtype);
  };
  if (answer.failure !== undefined) return <p class="quiet">{answer.failure.message}</p>;
  return (
    <figure class="figure values" aria-label={t('Values')}>
      <figcaption class="figure-options">
        <span>{t('Values from row {0}, column {1}', grouped(rows.start), grouped(columns.start))}</span>
        <Toggle label={t('Bytes')} isOn={bytes} onChange={setBytes} />
      </figcaption>
      <div class="small-table" tabIndex={0} role="region" aria-label={t('Values')}>
        <table>
          <thead>
            <tr>
              <td />
              {indices(columns.start, width).map((column) => (
                <th scope="col" key={column}>
                  {grouped(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {indices(0, height).map((row) => (
              <tr key={row}>
                <th scope="row">{grouped(rows.start + row)}</th>
                {indices(0, width).map((column) => (
                  <td key={column}>{text(row, column)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

function upTo(start: number, end: number, most: number) {
  return { start, end: Math.min(end, start + most) };
}

function indices(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
