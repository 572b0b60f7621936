import type { AnalysisProgress, Subject } from '#protocol/analysis.ts';
import type { AnalyzeResult } from '#protocol/results.ts';
import { analyze } from '../analysis/analyze.ts';
import { filesOf } from '../steering/report/inputFiles.ts';
import { withWarnings } from '../steering/report/report.ts';
import type { Work } from '../work/job.ts';
import { openRecipe } from './openRecipe.ts';
import { recipeOfSubject } from './recipeOfSubject.ts';
import type { TaskContext } from './taskContext.ts';

export interface AnalyzeSubjectOptions {
  /** Asked for when everything has been opened. */
  readonly work: () => Promise<Work>;
  readonly tell: (progress: AnalysisProgress) => void;
  /** As in `AnalyzeParams`. */
  readonly spectra?: boolean | undefined;
}

/** The direction of whatever it is, tensor by tensor; rows come as they are finished. Errors: those of the models. */
export async function analyzeSubject(
  subject: Subject,
  context: TaskContext,
  { work, tell, spectra }: AnalyzeSubjectOptions,
): Promise<AnalyzeResult> {
  const { signal, warnings } = context;
  const resolved = await openRecipe(await recipeOfSubject(subject, context), context);
  const { recipe, layers, operands } = resolved;
  const result = await analyze(resolved, {
    work: await work(),
    signal,
    warnings,
    spectra,
    report: ({ done, total }) => tell({ kind: 'state', done, total }),
    onPlan: (tensors) => {
      const files = filesOf(operands).map(({ path }) => path);
      tell({ kind: 'plan', name: recipe.name, layers, tensors, files });
    },
    onTensor: (tensor) => tell({ kind: 'rows', tensors: [tensor] }),
  });
  return withWarnings(result, warnings);
}
