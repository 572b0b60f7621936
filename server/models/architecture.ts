import type { JsonObject } from './jsonFile.ts';

/** `Qwen2ForCausalLM` is `Qwen2`; null where a configuration does not say. */
export function architectureOf(config: JsonObject | undefined): string | null {
  const named = config?.['architectures'];
  const first: unknown = Array.isArray(named) ? named[0] : undefined;
  if (typeof first === 'string') return first.replace(/(?:For|LMHead|Model).*$/, '') || first;
  const type = config?.['model_type'];
  return typeof type === 'string' ? type : null;
}
