import { hasDense } from '../directions/terms.ts';
import { ServerError } from '../errors.ts';
import { isAllLowRank } from './adapter/adapterTensors.ts';
import { adapterPlan } from './adapter/adapterPlan.ts';
import { checkpointPlan } from './checkpoint/checkpointPlan.ts';
import { refuseInputs } from './writing/destinations.ts';
import { directionPlan } from './direction/directionPlan.ts';
import { filesOf } from './report/inputFiles.ts';
import { ggufAdapterPlan } from './gguf/ggufAdapterPlan.ts';
import type { Plan } from './plan.ts';
import { planHash } from './planHash.ts';
import type { SteerRequest } from './request.ts';
import type { Target } from './checkpoint/targetTensors.ts';

/**
 * Plans what a recipe writes; reads headers and folder listings only. `base-not-found` where the format needs a base
 * and there is none; `output-conflict` where an output holds an input; and what the format's own plan refuses.
 */
export async function planSteering(request: SteerRequest, signal: AbortSignal): Promise<Plan> {
  const inputs = filesOf(request.resolved.operands);
  for (const { path } of request.outputs) await refuseInputs(path, inputs);
  const plan = await planOf(request, signal);
  return { ...plan, hash: planHash(plan, inputs) };
}

async function planOf(request: SteerRequest, signal: AbortSignal): Promise<Omit<Plan, 'hash'>> {
  const { resolved, format } = request;
  const target = targetOf(request);
  if (format === 'direction') return directionPlan(request);
  if (format === 'adapter') return adapterPlan(request, target);
  if (format === 'gguf-adapter') return ggufAdapterPlan(request, target);
  if (target === undefined) {
    if (format === 'auto' && !hasDense(resolved.direction)) return adapterPlan(request, target);
    throw noBase(request);
  }
  const isAdapter = format === 'auto' && resolved.targetOnBase && isAllLowRank(resolved, target);
  return isAdapter && resolved.direction.tensors.size > 0
    ? adapterPlan(request, target)
    : await checkpointPlan(request, target, signal);
}

function targetOf({ resolved: { target } }: SteerRequest): Target | undefined {
  return target?.checkpoint === undefined ? undefined : { ...target, checkpoint: target.checkpoint };
}

function noBase({ resolved: { recipe } }: SteerRequest): ServerError {
  const problem =
    'the base of these fine-tunes was not found, and a checkpoint needs it; name it with `base:`';
  return new ServerError('base-not-found', recipe.folder, problem);
}
