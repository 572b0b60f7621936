import { dirname } from 'node:path';
import type { CompareProgress } from '#protocol/comparison.ts';
import type { CompareParams } from '#protocol/requests.ts';
import type { CompareResult } from '#protocol/results.ts';
import { compare } from '../analysis/compare.ts';
import { withWarnings } from '../steering/report/report.ts';
import type { Work } from '../work/job.ts';
import { openWithAdapter } from './openReference.ts';
import type { TaskContext } from './taskContext.ts';

export interface CompareModelsOptions {
  readonly work: () => Promise<Work>;
  readonly tell: (progress: CompareProgress) => void;
}

/** What one model has other than another; rows come as they are finished. Errors: those of the models. */
export async function compareModels(
  { a, b, values }: CompareParams,
  context: TaskContext,
  { work, tell }: CompareModelsOptions,
): Promise<CompareResult> {
  const { signal, warnings } = context;
  const open = (path: string) => openWithAdapter(path, { ...context, folder: dirname(path) });
  const result = await compare(await open(a), await open(b), {
    values,
    work,
    signal,
    warnings,
    report: ({ done, total }) => tell({ kind: 'state', done, total }),
    onStructure: (structure, compared) => tell({ kind: 'structure', ...structure, compared }),
    onTensor: (tensor) => tell({ kind: 'rows', tensors: [tensor] }),
  });
  return withWarnings(result, warnings);
}
