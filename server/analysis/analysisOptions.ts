import type { Warnings } from '../warnings.ts';
import type { Work, WorkProgress } from '../work/job.ts';

/** What an analysis that reads weights is handed. */
export interface AnalysisOptions {
  readonly work: Work;
  readonly signal: AbortSignal;
  /** A state: the last one wins. */
  readonly report?: (progress: WorkProgress) => void;
  readonly warnings: Warnings;
}
