import type { AnalyzeResult, TensorAnalysis } from '#protocol/results.ts';
import { energies } from '../../../server/analysis/spectrum.ts';
import { notStarted, type Run } from '../../../webview/layers/run.ts';
import { planOf, sampleAnalysis } from '../../support/analysisSamples.ts';

export const small = sampleAnalysis({ layers: 3, isWhole: true });

/** An analysis that has come to its end. */
export function finishedRun(result: AnalyzeResult = small): Run {
  return { ...runOf(result.tensors, result), phase: 'done', result };
}

/** An analysis of which these tensors have come. */
export function runOf(rows: readonly TensorAnalysis[], result: AnalyzeResult = small): Run {
  return { ...notStarted, plan: planOf(result), rows: new Map(rows.map((row) => [row.name, row])) };
}

/** The same with one tensor's singular values in place of its own. */
export function withValues(name: string, singularValues: readonly number[]): AnalyzeResult {
  const tensors = small.tensors.map((tensor) =>
    tensor.name === name ? { ...tensor, singularValues, energy: energies(singularValues) } : tensor,
  );
  return { ...small, tensors };
}
