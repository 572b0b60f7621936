import { ServerError } from '../errors.ts';
import type { Warnings } from '../warnings.ts';
import { checkFields } from './adapterFields.ts';
import { alphaDue, ConfigFields, isAlpha, isRank, rankDue } from './configFields.ts';
import type { JsonObject } from './jsonFile.ts';
import type { AdapterConfig } from './model.ts';
import { readTrainedTokens, type TrainedTokens } from './trainedTokens.ts';
import { type ModulePatterns, type Spend, toModulePatterns } from './modulePatterns.ts';

/** What `adapter_config.json` says; the patterns are for the reader of the factors alone. */
export interface AdapterSettings {
  readonly path: string;
  readonly config: AdapterConfig;
  /** Every pair of factors has a magnitude. */
  readonly dora: boolean;
  readonly tokens: TrainedTokens;
  readonly targetParameters: readonly string[];
  readonly ranks: ModulePatterns;
  readonly alphas: ModulePatterns;
  /** Bounds what all matching of this adapter takes together. */
  readonly spend: Spend;
}

/** Some seconds: a thousand times what the largest adapters need. */
const mostMatching = 5e8;

/**
 * What the `adapter_config.json` of a LoRA says. Errors: `invalid-config` for values that PEFT would
 * refuse too; `unsupported-adapter` for what cannot be had exactly.
 */
export function readAdapterConfig(path: string, raw: JsonObject, warnings: Warnings): AdapterSettings {
  refuseOtherKinds(path, raw);
  checkFields(path, raw, warnings);
  const fields = new ConfigFields(path, raw);
  const spend = budget(path);
  return {
    path,
    config: toConfig(raw, fields),
    dora: fields.flag('use_dora'),
    tokens: readTrainedTokens(path, raw),
    targetParameters: fields.names('target_parameters') ?? [],
    ranks: toPatterns(path, 'rank_pattern', fields.numbers('rank_pattern', rankDue, isRank), spend),
    alphas: toPatterns(path, 'alpha_pattern', fields.numbers('alpha_pattern', alphaDue, isAlpha), spend),
    spend,
  };
}

function toConfig(raw: JsonObject, fields: ConfigFields): AdapterConfig {
  const target = raw['target_modules'];
  return {
    raw,
    rank: fields.number('r', 8, rankDue, isRank),
    alpha: fields.number('lora_alpha', 8, alphaDue, isAlpha),
    rsLora: fields.flag('use_rslora'),
    fanInFanOut: fields.flag('fan_in_fan_out'),
    targetModules: typeof target === 'string' ? target : fields.names('target_modules'),
    modulesToSave: fields.names('modules_to_save') ?? [],
    ensureWeightTying: fields.flag('ensure_weight_tying'),
    base: fields.text('base_model_name_or_path'),
    revision: fields.text('revision'),
  };
}

function budget(path: string): Spend {
  let left = mostMatching;
  return (amount) => {
    left -= amount;
    if (left > 0) return;
    throw new ServerError(
      'too-large',
      path,
      'has patterns that take too long to match with the names of the modules',
    );
  };
}

function toPatterns(
  path: string,
  field: string,
  entries: readonly (readonly [string, number])[],
  spend: Spend,
): ModulePatterns {
  const refuse = (problem: string) => new ServerError('unsupported-adapter', path, problem);
  if (entries.length > 1 && entries.some(([key]) => /^(?:0|[1-9]\d*)$/.test(key))) {
    // Objects here do not keep such keys in the file's order, which decides.
    throw refuse(`${field} has a key that is a whole number; give the modules' names`);
  }
  const patterns = toModulePatterns(entries, spend);
  if (typeof patterns !== 'string') return patterns;
  throw refuse(
    `${field} has the key ${patterns}; it cannot be matched as PEFT would: give the modules' names`,
  );
}

function refuseOtherKinds(path: string, raw: JsonObject): void {
  const type = raw['peft_type'];
  if (type === 'LORA') return;
  if (type === undefined)
    throw new ServerError('invalid-config', path, 'has no peft_type; PEFT writes "LORA" there');
  const remedy = 'merge it with PEFT (merge_and_unload) where PEFT can, and use the merged checkpoint';
  const problem = `has the peft_type ${JSON.stringify(type)?.slice(0, 100)}; only "LORA" is supported: ${remedy}`;
  throw new ServerError('unsupported-adapter', path, problem);
}
