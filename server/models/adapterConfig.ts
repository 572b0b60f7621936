import { join } from 'node:path';
import { ServerError } from '../errors.ts';
import { type JsonObject, kindOf, readJsonFile } from './jsonFile.ts';
import type { AdapterConfig } from './model.ts';

/** Reads `adapter_config.json`. Errors: those of `readJsonFile`, and `invalid-config`, `unsupported-adapter`. */
export async function readAdapterConfig(folder: string, signal?: AbortSignal): Promise<AdapterConfig> {
  const path = join(folder, 'adapter_config.json');
  return toConfig(path, await readJsonFile(path, signal));
}

function toConfig(path: string, raw: JsonObject): AdapterConfig {
  const field = new Fields(path, raw);
  const type = field.text('peft_type');
  if (type?.toUpperCase() !== 'LORA') {
    const problem = `has the peft_type ${JSON.stringify(type)}; only LORA is supported`;
    throw new ServerError('unsupported-adapter', path, problem);
  }
  const target = raw['target_modules'];
  return {
    raw,
    rank: field.number('r', 8),
    alpha: field.number('lora_alpha', 8),
    rsLora: field.flag('use_rslora'),
    fanInFanOut: field.flag('fan_in_fan_out'),
    targetModules: typeof target === 'string' ? target : field.names('target_modules'),
    modulesToSave: field.names('modules_to_save') ?? [],
    ensureWeightTying: field.flag('ensure_weight_tying'),
    base: field.text('base_model_name_or_path'),
    revision: field.text('revision'),
  };
}

/** Typed access to what a configuration says; what has the wrong type is `invalid-config`. */
class Fields {
  readonly #path: string;
  readonly #raw: JsonObject;

  constructor(path: string, raw: JsonObject) {
    this.#path = path;
    this.#raw = raw;
  }

  text(name: string): string | undefined {
    const value = this.#raw[name] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw this.#wrong(name, value, 'a string');
  }

  number(name: string, absent: number): number {
    const value = this.#raw[name] ?? absent;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.#wrong(name, value, 'a number');
  }

  flag(name: string): boolean {
    const value = this.#raw[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw this.#wrong(name, value, 'true or false');
  }

  names(name: string): readonly string[] | undefined {
    const value = this.#raw[name] ?? undefined;
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw this.#wrong(name, value, 'a list of strings');
  }

  #wrong(name: string, value: unknown, due: string): ServerError {
    return new ServerError('invalid-config', this.#path, `${name} is ${kindOf(value)} where ${due} is due`);
  }
}
