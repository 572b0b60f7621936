import type { StoredTensor } from '../tensors/storedTensor.ts';
import { isJsonObject, type JsonObject } from './jsonFile.ts';
import { nestedConfigs } from './nestedConfigs.ts';

/** How the weights of a checkpoint are quantised. */
export interface QuantizationFacts {
  /** As transformers calls it (`quant_method`), or `mlx`. */
  readonly method: string;
  /** Of a weight; null where the configuration does not say. */
  readonly bits: number | null;
  /** Such as `GPTQ, 4 bits in groups of 128`. */
  readonly description: string;
}

const names: ReadonlyMap<string, string> = new Map([
  ['gptq', 'GPTQ'],
  ['awq', 'AWQ'],
  ['bitsandbytes', 'bitsandbytes'],
  ['fp8', 'FP8 with scales'],
  ['fbgemm_fp8', 'FP8 with scales'],
  ['finegrained_fp8', 'FP8 with scales'],
  ['compressed-tensors', 'compressed-tensors'],
  ['mxfp4', 'MXFP4'],
  ['mlx', 'MLX'],
]);

/** What only one method calls its tensors, for checkpoints whose configuration says nothing. */
const signs: readonly (readonly [pattern: RegExp, method: string])[] = [
  [/\.qweight$/, 'gptq'],
  [/\.weight\.quant_state\.bitsandbytes__|\.SCB$/, 'bitsandbytes'],
  [/\.weight_scale_inv$/, 'fp8'],
  [/\.weight_packed$/, 'compressed-tensors'],
  [/_proj_blocks$/, 'mxfp4'],
];

/**
 * What `quantization_config` of a `config.json` says (transformers 5, `utils/quantization_config.py`), or `quantization`
 * of mlx-lm's; without either, what the tensors are called.
 */
export function quantizationOf(
  config: JsonObject | undefined,
  tensors: ReadonlyMap<string, StoredTensor>,
): QuantizationFacts | undefined {
  const parts = config === undefined ? [] : nestedConfigs(config);
  const said = parts.map((part) => part['quantization_config']).find(isJsonObject);
  if (said !== undefined) return described(methodOf(said), said);
  const mlx = parts.map((part) => part['quantization']).find(isJsonObject);
  if (mlx !== undefined) return described('mlx', mlx);
  const [, method] = signs.find(([pattern]) => [...tensors.keys()].some((name) => pattern.test(name))) ?? [];
  return method === undefined ? undefined : described(method, {});
}

function methodOf({ quant_method: method, load_in_4bit: four, load_in_8bit: eight }: JsonObject): string {
  if (typeof method === 'string') return method.slice(0, 100);
  return four === true || eight === true ? 'bitsandbytes' : 'unknown';
}

function described(method: string, fields: JsonObject): QuantizationFacts {
  const bits = bitsOf(method, fields);
  const group = numberIn(fields, 'group_size');
  const kind = fields['bnb_4bit_quant_type'] ?? fields['fmt'] ?? fields['format'];
  const grouped = group !== undefined && group > 0 ? ` in groups of ${group}` : '';
  const facts = [
    names.get(method) ?? method,
    ...(typeof kind === 'string' ? [kind.slice(0, 100)] : []),
    ...(bits === undefined ? [] : [`${bits} bits${grouped}`]),
  ];
  return { method, bits: bits ?? null, description: facts.join(', ') };
}

function bitsOf(method: string, fields: JsonObject): number | undefined {
  const said = numberIn(fields, 'bits') ?? numberIn(fields, 'w_bit') ?? groupBits(fields['config_groups']);
  if (said !== undefined) return said;
  if (method === 'bitsandbytes' && fields['load_in_4bit'] === true) return 4;
  if (method === 'bitsandbytes' && fields['load_in_8bit'] === true) return 8;
  if (method === 'mxfp4') return 4;
  return method.includes('fp8') ? 8 : undefined;
}

/** compressed-tensors has a width for each group of modules; where there are several, none is the model's. */
function groupBits(groups: unknown): number | undefined {
  const weights = Object.values(isJsonObject(groups) ? groups : {}).map((group) =>
    isJsonObject(group) ? group['weights'] : undefined,
  );
  const widths = new Set(
    weights.map((each) => (isJsonObject(each) ? numberIn(each, 'num_bits') : undefined)),
  );
  const [only] = widths;
  return widths.size === 1 ? only : undefined;
}

function numberIn(fields: JsonObject, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
