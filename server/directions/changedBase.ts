import { ServerError } from '../errors.ts';
import { changesBase } from '../models/adapterFields.ts';
import type { FineTune } from './fineTune.ts';

/**
 * PiSSA, OLoRA and their like take a part out of the base when they are loaded. Between two adapters that were
 * initialised alike that part cancels; otherwise it is in the difference, and cannot be had from the adapters alone:
 * `unsupported-adapter`.
 */
export function refuseDifferentBases({
  positive,
  negative,
}: Readonly<Record<'positive' | 'negative', FineTune>>): void {
  const keys = [initialisation(positive), initialisation(negative)];
  if (keys[0] === keys[1]) return;
  const [changed, other] = keys[0] === undefined ? [negative, positive] : [positive, negative];
  throw refusal(changed, `and ${other.label} was not initialised in the same way`);
}

/** A model to be steered has to be known by itself. */
export function refuseChangedBase(target: FineTune): void {
  if (initialisation(target) !== undefined) throw refusal(target, 'so its own weights are not known');
}

/** What decides how the base is changed; undefined where it is not. */
function initialisation({ adapter }: FineTune): string | undefined {
  const { raw, rank } = adapter?.config ?? {};
  const name = changesBase(raw?.['init_lora_weights']);
  return name && JSON.stringify([raw?.['init_lora_weights'], rank, raw?.['rank_pattern']]);
}

function refusal({ path, adapter }: FineTune, why: string): ServerError {
  const name = changesBase(adapter?.config.raw['init_lora_weights']) ?? '';
  const remedy = 'save it as plain LoRA (save_pretrained with path_initial_model_for_weight_conversion)';
  const problem = `was initialised with ${name}, which changes the base when PEFT loads it, ${why}; ${remedy}`;
  return new ServerError('unsupported-adapter', path, problem);
}
