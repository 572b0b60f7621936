import type { AnalysisProgress } from '#protocol/analysis.ts';
import type { TensorAnalysis } from '#protocol/results.ts';

const intervalMilliseconds = 50;

/** Sends rows in groups, so that thousands of small tensors are not thousands of messages; all of them are sent, the rest when disposed. */
export function gathered(
  report: (progress: AnalysisProgress) => void,
): { readonly tell: (progress: AnalysisProgress) => void } & Disposable {
  let rows: TensorAnalysis[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (rows.length === 0) return;
    report({ kind: 'rows', tensors: rows });
    rows = [];
  };
  return {
    tell(progress) {
      if (progress.kind !== 'rows') return report(progress);
      rows.push(...progress.tensors);
      timer ??= setTimeout(flush, intervalMilliseconds);
    },
    [Symbol.dispose]: flush,
  };
}
