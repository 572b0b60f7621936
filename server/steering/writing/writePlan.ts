import type { Statistics, Work, WorkProgress } from '../../work/job.ts';
import type { WeightsFile } from '../../models/model.ts';
import { finishOutput } from './finishOutput.ts';
import { refuseChanged } from '../report/inputFiles.ts';
import type { Plan, PlannedText } from '../plan.ts';
import { runJob } from './runJob.ts';
import { closeAll, type StagedOutput, stageOutputs } from './stagedOutputs.ts';
import { verifyFiles } from './verify.ts';

export interface WritePlanOptions {
  /** What is at the destinations may be replaced. */
  readonly force: boolean;
  /** Asked for once, and only when there is something to do. */
  readonly work: () => Promise<Work>;
  readonly signal: AbortSignal;
  /** A state: the last one wins. */
  readonly report?: (progress: WorkProgress) => void;
  /** Told of staging folders that a failure or a cancel leaves, from which the same command goes on. */
  readonly onKept?: (folder: string) => void;
  /** Files that must not have changed since they were planned. */
  readonly inputs: readonly WeightsFile[];
  /** What goes beside the weights of the output with this number once the work is done. */
  readonly tell: (statistics: ReadonlyMap<number, Statistics>, output: number) => readonly PlannedText[];
}

export interface Written {
  readonly statistics: ReadonlyMap<number, Statistics>;
  readonly work: Work | undefined;
}

/**
 * Carries a plan out: every output grows beside its destination, is read back, and gets its name when all are
 * complete. Whatever goes wrong before that leaves the destinations as they were.
 */
export async function writePlan(plan: Plan, options: WritePlanOptions): Promise<Written> {
  const { signal, inputs, onKept } = options;
  const staged = await stageOutputs(plan, options);
  try {
    const written = await runJob(plan, staged, options);
    await refuseChanged(inputs);
    await finishAll(plan, staged, { ...options, statistics: written.statistics });
    signal.throwIfAborted();
    for (const { staging } of staged) await staging?.commit();
    return written;
  } catch (error) {
    for (const { staging } of staged)
      if (staging !== undefined && staging.finished.size > 0) onKept?.(staging.folder);
    throw error;
  } finally {
    await closeAll(staged);
  }
}

async function finishAll(
  plan: Plan,
  staged: readonly StagedOutput[],
  { tell, statistics, signal }: WritePlanOptions & Pick<Written, 'statistics'>,
): Promise<void> {
  for (const [index, { output, staging }] of staged.entries()) {
    if (staging === undefined) continue;
    await finishOutput(staging, output, tell(statistics, index), signal);
    await verifyFiles(staging.output, plan.files, signal);
  }
}
