import type { TensorReference, TensorStatistics } from '#protocol/tensorView.ts';
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
  { path, name }: TensorReference,
  { signal, report, mayWrite = true }: TaskContext,
  { models, work }: ViewOptions,
): Promise<TensorStatistics> {
  const { tensor, file } = await models.tensor(path, name, signal);
  return await remembered({ question: ['statistics', name], file, mayWrite }, async () => {
    const options = { signal, ...(report !== undefined && { report }) };
    return await surveyTensor(tensor, { work: await work(), ...options });
  });
}
