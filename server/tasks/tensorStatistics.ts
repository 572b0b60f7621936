import type { TensorReference, TensorStatistics } from '#protocol/tensorView.ts';
import { layOutView } from '../analysis/viewer/layOutView.ts';
import { surveyTensor } from '../analysis/viewer/surveyTensor.ts';
import type { Work } from '../work/job.ts';
import { remembered } from './remembered.ts';
import type { TaskContext } from './taskContext.ts';
import type { ViewedModels } from './viewedModels.ts';

export interface ViewOptions {
  readonly models: ViewedModels;
  /** Asked for where bytes have to be read. */
  readonly work: () => Promise<Work>;
}

/** Everything about the values of a tensor; kept in the cache. Errors: those of `openModel`; `missing-tensor`. */
export async function tensorStatistics(
  reference: TensorReference,
  context: TaskContext,
  { models, work }: ViewOptions,
): Promise<TensorStatistics> {
  const { signal, report, mayWrite = true } = context;
  const { tensor, file } = await models.tensor(reference, context);
  return await remembered({ question: ['statistics', tensor.name], file, mayWrite }, async () => {
    const options = { signal, ...(report !== undefined && { report }) };
    await using laidOut = await layOutView(tensor, signal);
    return await surveyTensor(laidOut.tensor, { work: await work(), ...options });
  });
}
