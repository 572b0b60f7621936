import { reduced } from './report/reduced.ts';
import type { WriteResult } from '#protocol/results.ts';
import { execute, type WriteOptions } from './execute.ts';
import type { Plan } from './plan.ts';
import { addWarnings, outputReport, withWarnings } from './report/report.ts';
import type { SteerRequest } from './request.ts';
import type { DeviceReport } from '../work/job.ts';

/**
 * Writes the steered model at every strength, from one read. The result tells what rounding did to each.
 * Errors: those of planning, staging and work; nothing is left but the staging folders that `onKept` names.
 */
export async function writeSteered(request: SteerRequest, options: WriteOptions): Promise<WriteResult> {
  const start = performance.now();
  const { plan, statistics, work } = await execute(request, options);
  const seconds = (performance.now() - start) / 1000;
  addWarnings(plan, statistics, options.warnings);
  const device = multiplies(plan) && work !== undefined ? described(work.device) : undefined;
  const outputs = plan.outputs.map((_, output) => ({
    ...outputReport(plan, statistics, output),
    seconds,
    ...(device !== undefined && { device }),
  }));
  return withWarnings({ outputs, ...reduced(request.resolved) }, options.warnings);
}

function described({ device, reason }: DeviceReport): string {
  return `${device === 'cpu' ? 'CPU' : 'GPU through WebGPU'}. ${reason}`;
}

function multiplies({ job }: Plan): boolean {
  return job.items.some(
    (item) =>
      item.kind === 'steer' && [...item.fixed, ...item.moving].some(({ kind }) => kind === 'low-rank'),
  );
}
