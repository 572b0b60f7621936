import type { TensorValues, ValuesParams } from '#protocol/tensorView.ts';
import { gatherView } from '../analysis/viewer/gatherView.ts';
import { type MatrixWindow, storedWindow } from '../analysis/viewer/matrixWindow.ts';
import { readWindow } from '../analysis/viewer/readWindow.ts';
import { isTurned, storedMatrix, turned } from '../analysis/viewer/storedLayout.ts';
import { dtypeOf } from '../analysis/viewer/surveyTensor.ts';
import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { decode } from '../tensors/decode.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import { elementWidth } from '../work/storedElement.ts';
import type { TaskContext } from './taskContext.ts';
import type { ViewedModels } from './viewedModels.ts';

/** Values and bytes of so many elements are 4 MB at most. */
const mostElements = 2 ** 18;

/** The values of a window, and its bytes where they are asked for. `too-large`, `usage` for a window outside. */
export async function tensorValues(
  params: ValuesParams,
  models: ViewedModels,
  context: TaskContext,
): Promise<TensorValues> {
  const { name } = params;
  const { tensor } = await models.tensor(params, context);
  const window = storedWindow(tensor, params);
  const elements = window.rows * window.columns;
  if (elements > mostElements) {
    const problem = `${elements} elements of "${name}" cannot be shown at once; the limit is ${mostElements}`;
    throw new ServerError('too-large', tensor.file, problem, { tensor: name });
  }
  const dtype = dtypeOf(tensor);
  const bytes = await bytesOf(tensor, { window, slice: params.slice }, context.signal);
  return { values: dtype === null ? null : decode(dtype, bytes), bytes: params.bytes ? bytes : null };
}

/** Those of a window, row by row as the tensor has them. */
async function bytesOf(
  tensor: StoredTensor,
  { window, slice }: { readonly window: MatrixWindow; readonly slice: number },
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (tensor.layout?.kind === 'strided') {
    await using source = await openFile(tensor.file, signal);
    return await gatherView(source, tensor, { ...window, slice }, signal);
  }
  const stored = await readWindow(storedMatrix(tensor), window, signal);
  const dtype = dtypeOf(tensor);
  return dtype !== null && isTurned(tensor)
    ? turned(stored, { ...window, width: elementWidth(dtype) })
    : stored;
}
