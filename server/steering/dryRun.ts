import { reduced } from './report/reduced.ts';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DryRunResult } from '#protocol/results.ts';
import { exists } from '../bytes/stagingPlaces.ts';
import type { Warnings } from '../warnings.ts';
import { peakMemory } from './peakMemory.ts';
import type { Plan } from './plan.ts';
import { planSteering } from './planSteering.ts';
import type { SteerRequest } from './request.ts';
import { plannedReport, withWarnings } from './report/report.ts';

/** What writing would do; touches nothing. Warns where the disk has not the room, or the name is taken. */
export async function dryRun(
  request: SteerRequest,
  { signal, warnings }: { readonly signal: AbortSignal; readonly warnings: Warnings },
): Promise<DryRunResult> {
  const plan = await planSteering(request, signal);
  for (const warning of plan.warnings) warnings.add(warning);
  const free = await freeDisk(plan);
  const needed = plan.outputs.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  if (needed > free) {
    const message = `Writing takes ${needed} bytes, and ${free} are free.`;
    warnings.add({ code: 'disk-full', message, ...(plan.outputs[0] && { file: plan.outputs[0].path }) });
  }
  for (const { path } of plan.outputs) {
    if (!(await exists(path))) continue;
    const message = `${path} exists already; writing needs another path, or --force to replace it.`;
    warnings.add({ code: 'output-exists', message, file: path });
  }
  const outputs = plan.outputs.map((_, output) => plannedReport(plan, output));
  const facts = { outputs, peakMemory: peakMemory(plan.job), freeDisk: free };
  return withWarnings({ ...facts, ...reduced(request.resolved) }, warnings);
}

/** Of the file system that holds the first output, or will. */
async function freeDisk({ outputs }: Plan): Promise<number> {
  let folder = outputs[0]?.path ?? '.';
  for (;;) {
    try {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    } catch (error) {
      const parent = dirname(folder);
      if (parent === folder) throw error;
      folder = parent;
    }
  }
}
