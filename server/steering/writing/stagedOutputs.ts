import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStaging, type Staging } from '../../bytes/staging.ts';
import { unitsOf } from '../../work/units.ts';
import type { OutputPlan, Plan } from '../plan.ts';
import { provenanceName } from '../report/provenance.ts';

/** One output while it grows; `staging` is undefined when an earlier run of this plan gave it its name already. */
export interface StagedOutput {
  readonly output: OutputPlan;
  readonly staging: Staging | undefined;
}

export interface StagingRequest {
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/**
 * Opens the staging folders of all outputs, or of none. Outputs that an interrupted run gave their names already are
 * left alone where all that remains is to name the others; else they are in the way. Errors: those of `openStaging`.
 */
export async function stageOutputs(plan: Plan, request: StagingRequest): Promise<readonly StagedOutput[]> {
  const done = await Promise.all(plan.outputs.map(({ path }) => isDone(path, plan.hash)));
  // All of them done is no interrupted run, but the same command again.
  const isNamed = (index: number) => done[index] === true && done.includes(false);
  const stagings = new Map<number, Staging>();
  const inOrder = () => plan.outputs.map((output, index) => ({ output, staging: stagings.get(index) }));
  const openThose = async (areMeant: (index: number) => boolean) => {
    for (const [index, { path }] of plan.outputs.entries()) {
      if (areMeant(index)) stagings.set(index, await openStaging(path, { plan: plan.hash, ...request }));
    }
  };
  try {
    await openThose((index) => !isNamed(index));
    const units = unitsOf(plan.job).length;
    // `openStaging` refuses what exists, unless it may be replaced.
    if ([...stagings.values()].some(({ finished }) => finished.size < units)) await openThose(isNamed);
    return inOrder();
  } catch (error) {
    await closeAll(inOrder());
    throw error;
  }
}

/** Lets go of all; what was recorded stays for the next run. */
export async function closeAll(staged: readonly StagedOutput[]): Promise<void> {
  for (const { staging } of staged) await staging?.close();
}

/** Renames come last, one after the other; a crash between them leaves outputs that say which plan they are of. */
async function isDone(path: string, hash: string): Promise<boolean> {
  try {
    const provenance: unknown = JSON.parse(await readFile(join(path, provenanceName), 'utf8'));
    return (
      typeof provenance === 'object' &&
      provenance !== null &&
      'plan' in provenance &&
      provenance.plan === hash
    );
  } catch {
    return false; // Nothing there, or nothing of ours: `openStaging` says what to do about it.
  }
}
