import type { PictureParams, TensorPicture } from '#protocol/tensorView.ts';
import { drawPicture, turnedPicture } from '../analysis/viewer/drawPicture.ts';
import { layOutWindow } from '../analysis/viewer/layOutView.ts';
import { type MatrixWindow, matrixWindow, storedWindow } from '../analysis/viewer/matrixWindow.ts';
import { isTurned, storedMatrix } from '../analysis/viewer/storedLayout.ts';
import { dtypeOf } from '../analysis/viewer/surveyTensor.ts';
import { ServerError } from '../errors.ts';
import { remembered } from './remembered.ts';
import type { TaskContext } from './taskContext.ts';
import type { ViewOptions } from './tensorStatistics.ts';

/** Pictures of so many elements are drawn again faster than they are looked up. */
const quicklyDrawn = 2 ** 22;

/** A window of a tensor as cells. `unsupported-dtype` where its values are not known here, `usage` for a window outside. */
export async function tensorPicture(
  params: PictureParams,
  context: TaskContext,
  { models, work }: ViewOptions,
): Promise<TensorPicture> {
  const { signal, report, mayWrite = true } = context;
  const { name, width, height } = params;
  const { tensor, file } = await models.tensor(params, context);
  const dtype = dtypeOf(tensor);
  if (dtype === null) {
    const problem = `tensor "${name}" holds ${tensor.dtype}, whose values are not known here; its bytes can be looked at`;
    throw new ServerError('unsupported-dtype', tensor.file, problem, { tensor: name });
  }
  const window = storedWindow(tensor, params);
  const size = isTurned(tensor) ? { width: height, height: width } : { width, height };
  const draw = async () => {
    const options = { work: await work(), signal, ...(report !== undefined && { report }) };
    if (tensor.layout?.kind === 'strided') {
      await using view = await layOutWindow(tensor, { ...window, slice: params.slice }, signal);
      const all = matrixWindow(view.tensor, wholeOf(window));
      return await drawPicture({ ...view.tensor, dtype }, { window: all, size }, options);
    }
    const picture = await drawPicture({ ...storedMatrix(tensor), dtype }, { window, size }, options);
    return isTurned(tensor) ? turnedPicture(picture) : picture;
  };
  if (window.rows * window.columns <= quicklyDrawn) return await draw();
  const question = ['picture', name, width, height, ...Object.values(window)];
  return await remembered({ question, file, mayWrite }, draw);
}

function wholeOf({ rows, columns }: MatrixWindow) {
  return { slice: 0, rows: { start: 0, end: rows }, columns: { start: 0, end: columns } };
}
