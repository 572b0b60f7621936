import { basename, dirname } from 'node:path';
import type { AnalysisProgress, Subject } from '#protocol/analysis.ts';
import type { AnalyzeResult } from '#protocol/results.ts';
import { analyze } from '../analysis/analyze.ts';
import { ServerError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { filesOf } from '../steering/report/inputFiles.ts';
import { withWarnings } from '../steering/report/report.ts';
import type { Work } from '../work/job.ts';
import { openReference } from './openReference.ts';
import { openRecipe } from './openRecipe.ts';
import { modelRecipe, pairRecipe } from './subjectRecipe.ts';
import type { TaskContext } from './taskContext.ts';

export interface AnalyzeSubjectOptions {
  /** Asked for when everything has been opened. */
  readonly work: () => Promise<Work>;
  readonly tell: (progress: AnalysisProgress) => void;
}

/** The direction of whatever it is, tensor by tensor; rows come as they are finished. Errors: those of the models. */
export async function analyzeSubject(
  subject: Subject,
  context: TaskContext,
  { work, tell }: AnalyzeSubjectOptions,
): Promise<AnalyzeResult> {
  const { signal, warnings } = context;
  const resolved = await openRecipe(await recipeOf(subject, context), context);
  const { recipe, layers, operands } = resolved;
  const result = await analyze(resolved, {
    work: await work(),
    signal,
    warnings,
    report: ({ done, total }) => tell({ kind: 'state', done, total }),
    onPlan: (tensors) => {
      const files = filesOf(operands).map(({ path }) => path);
      tell({ kind: 'plan', name: recipe.name, layers, tensors, files });
    },
    onTensor: (tensor) => tell({ kind: 'rows', tensors: [tensor] }),
  });
  return withWarnings(result, warnings);
}

/** A recipe as it is, or the one that a direction or a pair of models stands for. */
export async function recipeOf(subject: Subject, context: TaskContext): Promise<Recipe> {
  switch (subject.kind) {
    case 'recipe':
      return await readRecipe(subject.path, context.signal);
    case 'model':
      return modelRecipe(await opened(subject.path, context), dirname(subject.path));
    case 'pair': {
      const before = await opened(subject.before, context);
      const after = await opened(subject.after, context);
      return pairRecipe(fineTune(before), fineTune(after), dirname(subject.after));
    }
  }
}

function opened(path: string, context: TaskContext): Promise<Model> {
  return openReference(path, { ...context, folder: dirname(path) });
}

/** What one base has in two versions. */
function fineTune(model: Model): Model {
  if (model.kind === 'checkpoint' || model.kind === 'adapter') return model;
  const problem = `is of the kind ${model.kind}; two checkpoints or adapters have a difference`;
  throw new ServerError('not-a-model', model.path, `${basename(model.path)} ${problem}`);
}
