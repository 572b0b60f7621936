import { finite } from './figures.ts';
import type { Warning } from '#protocol/failure.ts';
import type { PlannedOutput, RoundingReport, WrittenOutput } from '#protocol/results.ts';
import type { Warnings } from '../../warnings.ts';
import type { Statistics } from '../../work/job.ts';
import type { Plan } from '../plan.ts';
import { survivalOf } from '../../directions/survival.ts';
import { overflowWarnings, type Rounding, roundingOf, roundingWarnings } from './roundingReport.ts';
import { factorsOf, underflowWarnings } from './underflow.ts';
import { survivalWarnings } from './survival.ts';

/** What a dry run can say of the output with this number. */
export function plannedReport({ outputs, format, rank, bytesRead }: Plan, output: number): PlannedOutput {
  const planned = outputs[output];
  if (planned === undefined) throw new RangeError(`The plan has no output number ${output}.`);
  const { path, strength, tensors, bytesWritten } = planned;
  return { path, strength, format, rank, tensors, bytesRead, bytesWritten };
}

/** The same, with what rounding did to it; adapters and directions are not rounded. */
export function outputReport(
  plan: Plan,
  statistics: ReadonlyMap<number, Statistics>,
  output: number,
): Omit<WrittenOutput, 'seconds'> {
  const rounding = plan.format === 'checkpoint' ? toReport(roundingOf(plan, statistics, output)) : null;
  return { ...plannedReport(plan, output), rounding };
}

/** What there is to say about the numbers that went in and came out. */
export function addWarnings(
  plan: Plan,
  statistics: ReadonlyMap<number, Statistics>,
  warnings: Warnings,
): void {
  for (const [output, { path }] of plan.outputs.entries()) {
    for (const warning of outputWarnings(plan, roundingOf(plan, statistics, output), path))
      warnings.add(warning);
    for (const warning of underflowWarnings(factorsOf(plan, statistics, output), path)) warnings.add(warning);
  }
  const file = plan.outputs[0]?.path ?? '';
  for (const warning of survivalWarnings(survivalOf(statistics.values()), file)) warnings.add(warning);
  const odd = [...statistics.values()].reduce((sum, { notFinite }) => sum + notFinite, 0);
  if (odd === 0) return;
  const message = `${odd} elements of the inputs are not finite (NaN or infinite); what they touch is not finite either.`;
  warnings.add({ code: 'not-finite', message, file });
}

/** Of a plan without a dtype all is float32, and little is lost: what can be is values too large for it. */
function outputWarnings(plan: Plan, rounding: Rounding, file: string): readonly Warning[] {
  const { dtype } = plan;
  if (dtype === undefined) return overflowWarnings(rounding.overflowed, { file, dtype: 'F32' });
  return roundingWarnings(rounding, { file, dtype, isLowRank: isLowRank(plan) });
}

function isLowRank({ job }: Plan): boolean {
  return job.items.every(
    (item) => item.kind !== 'steer' || item.moving.every(({ kind }) => kind === 'low-rank'),
  );
}

/** The result, with its warnings where there are any. */
export function withWarnings<T extends object>(result: T, warnings: Warnings): T {
  const list = warnings.list();
  return list.length === 0 ? result : { ...result, warnings: list };
}

function toReport({
  requested,
  realised,
  cosine,
  projection,
  unmoved,
  overflowed,
}: Rounding): RoundingReport {
  return {
    requested: finite(requested),
    realised: finite(realised),
    cosine: finite(cosine),
    projection: finite(projection),
    unmoved: finite(unmoved),
    overflowed,
  };
}
