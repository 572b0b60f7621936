import type { Term } from '../../directions/term.ts';
import { isLowRank } from '../../directions/terms.ts';
import type { FactorPair } from './factorPair.ts';

/** How PEFT names a module of the loaded model, given its name in the checkpoint. */
export type KeyOf = (module: string) => string;

/**
 * The rule that the operands' own keys follow: the loaded model may call a module `transformer.h.0…` that the
 * checkpoint calls `h.0…`. Without an operand that shows it, the names are the checkpoint's.
 */
export function keyRule(tensors: Iterable<readonly [tensor: string, terms: readonly Term[]]>): KeyOf {
  for (const [tensor, terms] of tensors) {
    const term = terms.find(isLowRank);
    if (term === undefined) continue;
    const stored = term.left.tensor.name
      .replace(/^base_model\.model\./, '')
      .replace(/\.lora_(?:embedding_)?[AB]\b.*$/, '');
    return ruleFrom(moduleOf(tensor), stored);
  }
  return (module) => module;
}

function ruleFrom(module: string, stored: string): KeyOf {
  if (stored !== module && stored.endsWith(`.${module}`)) {
    const prefix = stored.slice(0, -module.length);
    return (name) => `${prefix}${name}`;
  }
  if (stored !== module && module.endsWith(`.${stored}`)) {
    const prefix = module.slice(0, -stored.length);
    return (name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  }
  return (name) => name;
}

export function moduleOf(tensor: string): string {
  return tensor.replace(/\.(?:weight|bias)$/, '');
}

/** Names of a pair's two tensors in `adapter_model.safetensors`. */
export function factorKeys(
  { tensor, embedding }: FactorPair,
  keyOf: KeyOf,
): { readonly A: string; readonly B: string } {
  const stem = `base_model.model.${keyOf(moduleOf(tensor))}`;
  return embedding
    ? { A: `${stem}.lora_embedding_A`, B: `${stem}.lora_embedding_B` }
    : { A: `${stem}.lora_A.weight`, B: `${stem}.lora_B.weight` };
}
