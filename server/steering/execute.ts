import { basename } from 'node:path';
import { stringify } from 'yaml';
import { recipeRecord } from '../recipes/recipeRecord.ts';
import type { Warnings } from '../warnings.ts';
import type { Statistics } from '../work/job.ts';
import { directionTexts } from './direction/directionTexts.ts';
import { filesOf, inputIdentities, type InputIdentity } from './report/inputFiles.ts';
import { modelCard } from './report/modelCard.ts';
import type { Plan, PlannedText } from './plan.ts';
import { planSteering } from './planSteering.ts';
import { provenanceName, provenanceText, tool } from './report/provenance.ts';
import { outputReport } from './report/report.ts';
import type { SteerRequest } from './request.ts';
import { roundingOf } from './report/roundingReport.ts';
import { writePlan, type WritePlanOptions, type Written } from './writing/writePlan.ts';

export interface WriteOptions extends Omit<WritePlanOptions, 'inputs' | 'tell'> {
  /** Collects what is worth knowing; results repeat it. */
  readonly warnings: Warnings;
  /** `always` hashes inputs whole, whatever their size. Default: up to 64 MB. */
  readonly hash?: 'small' | 'always';
}

export interface Executed extends Written {
  readonly plan: Plan;
}

/** Plans and writes; every output tells in `steering.json` what it was made of. Errors: those of planning, staging and work. */
export async function execute(request: SteerRequest, options: WriteOptions): Promise<Executed> {
  const { operands } = request.resolved;
  const { signal, hash = 'small' } = options;
  const plan = await planSteering(request, signal);
  for (const warning of plan.warnings) options.warnings.add(warning);
  const identities = await inputIdentities(operands, hash, signal);
  const written = await writePlan(plan, {
    ...options,
    inputs: filesOf(operands),
    tell: (statistics, output) => textsOf({ request, plan, identities, statistics }, output),
  });
  return { ...written, plan };
}

interface Told {
  readonly request: SteerRequest;
  readonly plan: Plan;
  readonly identities: readonly InputIdentity[];
  readonly statistics: ReadonlyMap<number, Statistics>;
}

function textsOf(
  { request: { resolved }, plan, identities, statistics }: Told,
  output: number,
): readonly PlannedText[] {
  const { recipe, base } = resolved;
  const report = outputReport(plan, statistics, output);
  const { path, strength, format, rank, tensors, rounding } = report;
  const named = base === undefined ? undefined : (base.hubId ?? basename(base.path));
  const record = recipeRecord(recipe, { strength, base: named });
  const made = { strength, format, rank, tensors, rounding };
  const provenance = provenanceText({ plan: plan.hash, recipe: record, inputs: identities, output: made });
  const texts = [{ name: provenanceName, text: provenance }];
  if (plan.direction !== undefined) {
    return [...texts, ...directionTexts(resolved, { record, statistics, plan, strength, output: path })];
  }
  const card = modelCard({
    title: basename(path),
    format,
    strength,
    baseHubId: (resolved.target?.checkpoint ?? base)?.hubId,
    recipe: stringify(record, { lineWidth: 0 }),
    rounding: rounding === null ? null : roundingOf(plan, statistics, output),
    tool,
  });
  return [...texts, { name: 'README.md', text: card }];
}
