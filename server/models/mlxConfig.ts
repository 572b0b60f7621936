import { ServerError } from '../errors.ts';
import { ConfigFields, isAlpha, isRank, rankDue } from './configFields.ts';
import { isJsonObject, type JsonObject } from './jsonFile.ts';
import type { AdapterConfig } from './model.ts';

/** What the configuration of an MLX adapter says. */
export interface MlxSettings {
  readonly path: string;
  readonly config: AdapterConfig;
  readonly type: 'lora' | 'dora' | 'full';
  readonly rank: number;
  readonly scale: number;
}

/** Whether an `adapter_config.json` is mlx-lm's, which writes all its options into it. */
export function isMlxConfig(raw: JsonObject): boolean {
  if (raw['peft_type'] !== undefined) return false;
  return ['fine_tune_type', 'lora_parameters', 'lora_layers'].some((field) => field in raw);
}

const types = ['lora', 'dora', 'full'] as const;

/**
 * Reads it as `load_adapters` of mlx-lm 0.32 does; `invalid-config` for what that could not use. Until 2024 the scale
 * was `scale · alpha / rank`: where there is an `alpha` that would make a difference, `unsupported-adapter`.
 */
export function readMlxConfig(path: string, raw: JsonObject): MlxSettings {
  const named = new ConfigFields(path, raw).text('fine_tune_type') ?? 'lora';
  const type = types.find((known) => known === named);
  if (type === undefined) {
    const problem = `has the fine_tune_type ${JSON.stringify(named.slice(0, 100))}; fuse it with mlx_lm.fuse and use the fused model`;
    throw new ServerError('unsupported-adapter', path, problem);
  }
  const parameters = raw['lora_parameters'];
  if (type === 'full') return { path, type, rank: 0, scale: 1, config: toConfig(path, raw, 0) };
  if (!isJsonObject(parameters))
    throw new ServerError(
      'invalid-config',
      path,
      'has no lora_parameters, which hold the rank and the scale',
    );
  const fields = new ConfigFields(path, parameters);
  const rank = fields.number('rank', Number.NaN, rankDue, isRank);
  const scale = fields.number('scale', Number.NaN, 'a finite number', isAlpha);
  refuseOldAlpha(path, parameters, rank);
  return { path, type, rank, scale, config: { ...toConfig(path, raw, rank), alpha: scale * rank } };
}

function refuseOldAlpha(path: string, { alpha }: JsonObject, rank: number): void {
  if (alpha === undefined || alpha === null || alpha === rank) return;
  const problem = `has the alpha ${JSON.stringify(alpha)?.slice(0, 100)} beside a scale: old versions of mlx-lm multiply the scale by alpha / rank, newer ones do not. Remove it, with the scale that is meant`;
  throw new ServerError('unsupported-adapter', path, problem);
}

/** In MLX a tied embedding is one module, so that its factors count in both roles. */
function toConfig(path: string, raw: JsonObject, rank: number): AdapterConfig {
  return {
    raw,
    rank,
    alpha: rank,
    rsLora: false,
    fanInFanOut: false,
    targetModules: undefined,
    modulesToSave: [],
    ensureWeightTying: true,
    base: new ConfigFields(path, raw).text('model'),
    revision: undefined,
  };
}
