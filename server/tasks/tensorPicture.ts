import type { PictureParams, TensorPicture } from '#protocol/tensorView.ts';
import { drawPicture } from '../analysis/viewer/drawPicture.ts';
import { matrixWindow } from '../analysis/viewer/matrixWindow.ts';
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
  const window = matrixWindow(tensor, params);
  const draw = async () =>
    await drawPicture(
      { ...tensor, dtype },
      { window, size: { width, height } },
      {
        work: await work(),
        signal,
        ...(report !== undefined && { report }),
      },
    );
  if (window.rows * window.columns <= quicklyDrawn) return await draw();
  const question = ['picture', name, width, height, ...Object.values(window)];
  return await remembered({ question, file, mayWrite }, draw);
}
