import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import type { Warnings } from '../warnings.ts';
import type { JsonObject } from './jsonFile.ts';

const merge = 'merge it with PEFT (merge_and_unload) and use the merged checkpoint';

/** Fields of PEFT that make a fine-tune something else than base + scale · B·A, and what to do about it. */
const refused: ReadonlyMap<string, string> = new Map([
  ['use_qalora', `QALoRA pools the inputs of its factors; ${merge}`],
  ['use_bdlora', `BD-LoRA stores its factors as blocks; ${merge}`],
  ['kasa_config', `KaSA cuts the base down when it is loaded; ${merge}`],
  ['arrow_config', 'Arrow routes each token to another adapter; use one of the adapters it routes to'],
  ['alora_invocation_tokens', 'aLoRA changes some tokens of a text only, which no weights can do'],
  ['layer_replication', `it stands on a model with repeated layers; ${merge}`],
  ['enable_lora', `it stands on layers that PEFT no longer has (MergedLinear); ${merge}`],
]);

/** Fields that say how an adapter was trained or is written down, or that other files here read. */
const known: ReadonlySet<string> = new Set(
  [
    'peft_type peft_version task_type auto_mapping inference_mode runtime_config base_model_name_or_path revision',
    'r lora_alpha lora_dropout use_rslora use_dora lora_bias bias fan_in_fan_out rank_pattern alpha_pattern modules_to_save',
    'ensure_weight_tying target_modules exclude_modules layers_to_transform layers_pattern qalora_group_size',
    'init_lora_weights loftq_config eva_config corda_config lora_ga_config merge_weights velora_config',
    'monteclora_config megatron_core megatron_config trainable_token_indices target_parameters',
  ].flatMap((line) => line.split(' ')),
);

/** Initialisations that change the base when PEFT loads the adapter, by the start of their names. */
const residual: readonly (readonly [start: string, name: string])[] = [
  ['pissa', 'PiSSA'],
  ['olora', 'OLoRA'],
  ['corda', 'CorDA'],
  ['lora_ga', 'LoRA-GA'],
  ['loftq', 'LoftQ'],
];

/** The name of an initialisation with which the fine-tune is not base + scale · B·A, but that on another base. */
export function changesBase(init: unknown): string | undefined {
  if (typeof init !== 'string') return undefined;
  return residual.find(([start]) => init.toLowerCase().startsWith(start))?.[1];
}

/** Refuses what cannot be had exactly (`unsupported-adapter`), and warns of what may mean anything. */
export function checkFields(path: string, raw: JsonObject, warnings: Warnings): void {
  const fields = Object.keys(raw).filter((field) => isSet(raw[field]));
  for (const field of fields) {
    const reason = refused.get(field);
    if (reason !== undefined)
      throw new ServerError('unsupported-adapter', path, `has ${field} set: ${reason}`);
  }
  const unknown = fields.filter((field) => !known.has(field));
  if (unknown.length > 0) {
    const named = unknown.slice(0, 10).map(quote).join(', ') + (unknown.length > 10 ? ' …' : '');
    const message = `${path}: has ${named} set, which this version does not know; it goes on without`;
    warnings.add({ code: 'unknown-field', message, file: path });
  }
  const name = changesBase(raw['init_lora_weights']);
  if (name === undefined) return;
  if (raw['use_dora'] === true) {
    const problem = `has use_dora set and was initialised with ${name}, so that it rescales a base that PEFT changes when it loads it; ${merge}`;
    throw new ServerError('unsupported-adapter', path, problem);
  }
  const message =
    `${path}: was initialised with ${name}, and PEFT changes the base when it loads it; here the base stays as it ` +
    'is, so only differences between adapters with the same initialisation are exact';
  warnings.add({ code: 'changed-base', message, file: path });
}

/** As Python sees it: nothing, false, zero and what is empty are not set. */
function isSet(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  return Object.keys(value).length > 0;
}
