import { isJsonObject, type JsonObject } from './jsonFile.ts';

/** Where the configuration of a model of pictures or sound keeps that of its language model. */
const nested = ['text_config', 'llm_config', 'language_config'] as const;

/** A configuration, then those of the language model inside it. */
export function nestedConfigs(config: JsonObject): readonly JsonObject[] {
  return [config, ...nested.map((key) => config[key]).filter(isJsonObject)];
}
