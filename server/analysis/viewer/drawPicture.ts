import type { PictureParams, TensorPicture } from '#protocol/tensorView.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import type { DecodableDType } from '../../tensors/decode.ts';
import type { RunOptions, Work } from '../../work/job.ts';
import { elementWidth } from '../../work/storedElement.ts';
import { unitsOf } from '../../work/units.ts';
import { mostCellsAcross, type PictureItem } from '../../work/viewItems.ts';
import type { MatrixWindow } from './matrixWindow.ts';
import { turned } from './storedLayout.ts';

/** Two arrays of float32 of this many cells are 4 MB. */
const mostCells = 2 ** 19;

/** How large the picture of a window is: never more cells than elements, never more than 4 MB. */
export function pictureSize(
  { rows, columns }: Pick<MatrixWindow, 'rows' | 'columns'>,
  { width, height }: Pick<PictureParams, 'width' | 'height'>,
): { readonly width: number; readonly height: number } {
  const across = Math.min(columns, Math.max(1, Math.floor(width)), mostCellsAcross);
  const down = Math.min(rows, Math.max(1, Math.floor(height)), Math.floor(mostCells / Math.max(1, across)));
  return { width: across, height: down };
}

/** A picture with its rows for columns. */
export function turnedPicture({ width, height, exact, mean, maxAbs }: TensorPicture): TensorPicture {
  const turn = (cells: Float32Array) =>
    new Float32Array(
      turned(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength), {
        rows: height,
        columns: width,
        width: Float32Array.BYTES_PER_ELEMENT,
      }).buffer,
    );
  return { width: height, height: width, exact, mean: turn(mean), maxAbs: turn(maxAbs) };
}

/** Draws a window of a tensor; reads what lies in it and nothing else. */
export async function drawPicture(
  tensor: StoredTensor & { readonly dtype: DecodableDType },
  { window, size }: { readonly window: MatrixWindow; readonly size: Pick<PictureParams, 'width' | 'height'> },
  { work, ...options }: Pick<RunOptions, 'signal' | 'report'> & { readonly work: Work },
): Promise<TensorPicture> {
  const { width, height } = pictureSize(window, size);
  const item = toItem(tensor, window, { width, height });
  const mean = new Float32Array(width * height);
  const maxAbs = new Float32Array(width * height);
  const job = { inputs: [tensor.file], outputs: [], items: [item] };
  const units = unitsOf(job);
  await work.run(job, {
    ...options,
    onUnit: (unit, { cells }) => {
      const at = (units[unit]?.start ?? 0) * width;
      mean.set(cells?.mean ?? [], at);
      maxAbs.set(cells?.maxAbs ?? [], at);
    },
  });
  return { width, height, exact: width === window.columns && height === window.rows, mean, maxAbs };
}

function toItem(
  { name, dtype, offset }: StoredTensor & { readonly dtype: DecodableDType },
  { first, ofColumns, row, rows, column, columns }: MatrixWindow,
  size: { readonly width: number; readonly height: number },
): PictureItem {
  return {
    kind: 'picture',
    name,
    source: { file: 0, offset: offset + first * elementWidth(dtype) },
    dtype,
    columns: ofColumns,
    window: { row, rows, column, columns },
    ...size,
  };
}
