import { open } from 'node:fs/promises';
import { writing } from '../../bytes/ioFailure.ts';
import type { Staging } from '../../bytes/staging.ts';
import type { Statistics, Work, WorkProgress } from '../../work/job.ts';
import { unitsOf } from '../../work/units.ts';
import type { Plan } from '../plan.ts';
import type { StagedOutput } from './stagedOutputs.ts';
import { WorkJournal } from './workJournal.ts';

export interface JobOptions {
  /** Asked for once, and only when there is something to do. */
  readonly work: () => Promise<Work>;
  readonly signal: AbortSignal;
  /** A state: the last one wins. */
  readonly report?: (progress: WorkProgress) => void;
}

export interface JobResult {
  /** By item of the plan's job. */
  readonly statistics: ReadonlyMap<number, Statistics>;
  /** Undefined where an earlier run had done everything. */
  readonly work: Work | undefined;
}

/** Fills the weights files of all outputs, going on where an earlier run of the plan was interrupted. */
export async function runJob(
  plan: Plan,
  staged: readonly StagedOutput[],
  options: JobOptions,
): Promise<JobResult> {
  const units = unitsOf(plan.job);
  const stagings = staged.flatMap(({ staging }) => staging ?? []);
  const journal = new WorkJournal(stagings);
  const outputs: string[] = [];
  for (const staging of stagings) outputs.push(...(await prepareFiles(plan, staging)));
  if (journal.finished.size === units.length) return { statistics: journal.statistics, work: undefined };
  const work = await options.work();
  try {
    const { finished } = journal;
    const onUnit = (unit: number, statistics: Statistics) =>
      journal.note(unit, units[unit]?.item ?? -1, statistics);
    await work.run({ ...plan.job, outputs }, { ...options, finished, onUnit, collects: false });
  } finally {
    await journal.settle();
  }
  return { statistics: journal.statistics, work };
}

/** Makes each file at its full size, or finds it; its header is written again in any case. */
async function prepareFiles({ files }: Plan, staging: Staging): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { name, size, header } of files) {
    const path = await staging.create(name, size);
    paths.push(path);
    await writing(path, async () => {
      const file = await open(path, 'r+');
      try {
        await file.write(header, 0, header.length, 0);
      } finally {
        await file.close();
      }
    });
  }
  return paths;
}
