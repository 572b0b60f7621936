import { Button, Choice } from '../components/controls.ts';
import { grouped } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { type MatrixSize, type MatrixView, sliceIndex, viewAt, wholeView, zoomed } from './matrixView.ts';
import { NumberField } from './NumberField.tsx';
import { listedExtent } from './ValuesGrid.tsx';
import type { ChangeState, ViewState } from './viewState.ts';

interface Props {
  readonly shape: readonly number[];
  readonly size: MatrixSize;
  readonly slice: number;
  readonly view: MatrixView;
  readonly state: ViewState;
  readonly change: ChangeState;
  readonly onSlice: (slice: number) => void;
  readonly onView: (view: MatrixView) => void;
}

/** Which part of the matrix is shown, and what a cell says of it. */
export function MatrixControls({ shape, size, slice, view, state, change, onSlice, onView }: Props) {
  const go = (row: number, column: number) => onView(viewAt(row, column, size, listedExtent));
  const { rows, columns } = view;
  return (
    <>
      <div class="section-head">
        <h3>{t('Matrix')}</h3>
        <span class="matrix-buttons">
          <Choice
            label={t('Cells show')}
            value={state.cell}
            options={[
              { value: 'mean', text: t('Mean') },
              { value: 'maxAbs', text: t('Largest |x|') },
            ]}
            onChange={(cell) => change({ cell })}
          />
          <Button
            appearance="icon"
            icon="zoomIn"
            label={t('Zoom in')}
            onClick={() => onView(zoomed(view, 0.5, size))}
          />
          <Button
            appearance="icon"
            icon="zoomOut"
            label={t('Zoom out')}
            onClick={() => onView(zoomed(view, 2, size))}
          />
          <Button
            appearance="icon"
            icon="screenFull"
            label={t('Show all')}
            onClick={() => onView(wholeView(size))}
          />
        </span>
      </div>
      <div class="matrix-place">
        {size.slices > 1 && (
          <NumberField label={t('Slice')} value={slice} count={size.slices} onChange={onSlice} />
        )}
        {size.slices > 1 && <span class="quiet">[{sliceIndex(shape, slice).join(', ')}]</span>}
        <NumberField
          label={t('Row')}
          value={rows.start}
          count={size.rows}
          onChange={(row) => go(row, columns.start)}
        />
        <NumberField
          label={t('Column')}
          value={columns.start}
          count={size.columns}
          onChange={(column) => go(rows.start, column)}
        />
        <span class="quiet">
          {t(
            'rows {0} … {1}, columns {2} … {3}',
            grouped(rows.start),
            grouped(rows.end - 1),
            grouped(columns.start),
            grouped(columns.end - 1),
          )}
        </span>
      </div>
    </>
  );
}
