import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStaging, type Staging } from '../../bytes/staging.ts';
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

/** Opens the staging folders of all outputs, or of none. Errors: those of `openStaging`. */
export async function stageOutputs(
  plan: Plan,
  { force, signal }: StagingRequest,
): Promise<readonly StagedOutput[]> {
  const done = await Promise.all(plan.outputs.map(({ path }) => isDone(path, plan.hash)));
  // All of them done is no interrupted run, but the same command again.
  const skips = plan.outputs.map((_, index) => done[index] === true && done.includes(false));
  const staged: StagedOutput[] = [];
  try {
    for (const [index, output] of plan.outputs.entries()) {
      const skip = skips[index] === true;
      const staging = skip ? undefined : await openStaging(output.path, { plan: plan.hash, force, signal });
      staged.push({ output, staging });
    }
    return staged;
  } catch (error) {
    await closeAll(staged);
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
