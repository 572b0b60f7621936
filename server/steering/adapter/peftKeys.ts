import type { Term } from '../../directions/term.ts';
import { parseAdapterKey } from '../../models/adapterKeys.ts';
import { placeOf } from '../../models/placeOf.ts';
import { isHead } from '../../models/tiedRoles.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import type { FactorPair } from './factorPair.ts';

/** How PEFT names a module of the loaded model, given its name in the checkpoint. */
export type KeyOf = (module: string) => string;

/**
 * The rule that the operands' own keys follow: the loaded model may call a module `transformer.h.0…` that the
 * checkpoint calls `h.0…`. A head stands outside of what has the prefix, so its name is a rule of its own. Without an
 * operand that shows it, the rule is that of transformers for models that were saved without their head.
 */
export function keyRule(tensors: Iterable<readonly [tensor: string, terms: readonly Term[]]>): KeyOf {
  const names: string[] = [];
  const shown = { head: new Map<string, string>(), body: new Map<string, string>() };
  for (const [tensor, terms] of tensors) {
    names.push(tensor);
    const stored = terms.map(keyIn).find((key) => key !== undefined);
    if (stored === undefined || placeOf(stored).group !== placeOf(tensor).group) continue;
    const prefixes = shown[isHead(tensor) ? 'head' : 'body'];
    const [own, loaded] = differingPrefixes(moduleOf(tensor), stored);
    if (!prefixes.has(own)) prefixes.set(own, loaded);
  }
  const body = shown.body.size === 0 ? ruleOfNames(names) : ruleFrom(shown.body);
  const head = ruleFrom(shown.head);
  return (module) => (isHead(`${module}.weight`) ? head(module) : body(module));
}

/** What an adapter calls the module whose change this is; undefined for what is no adapter's. */
function keyIn(term: Term): string | undefined {
  const { name } = named(term);
  const isFactor = term.kind !== 'dense' && term.kind !== 'rows';
  if (!isFactor && !name.startsWith('base_model.model.')) return undefined;
  const key = parseAdapterKey(name);
  if ('module' in key) return key.module;
  return key.part === 'whole' ? moduleOf(key.tensor) : undefined;
}

function named(term: Term): StoredTensor {
  switch (term.kind) {
    case 'dense':
    case 'rows':
      return term.tensor;
    case 'low-rank':
      return term.left.tensor;
    case 'rescaled':
      return term.change.left.tensor;
    case 'experts':
      return term.A;
  }
}

/** Bare names of embeddings and layers, and where transformers puts them in a model with a head. */
const bare: readonly (readonly [pattern: RegExp, prefix: string])[] = [
  [/^(?:wte|wpe|h\.\d+|word_embeddings|ln_f)\./, 'transformer.'],
  [/^embed_in\./, 'gpt_neox.'],
  [/^(?:embed_tokens|layers\.\d+)\./, 'model.'],
];

function ruleOfNames(names: readonly string[]): KeyOf {
  const prefix = bare.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1] ?? '';
  return (module) => `${prefix}${module}`;
}

/** The longest prefix that is known decides; names that have none stay. */
function ruleFrom(prefixes: ReadonlyMap<string, string>): KeyOf {
  const longestFirst = [...prefixes].toSorted(([one], [other]) => other.length - one.length);
  return (module) => {
    const [own, loaded] = longestFirst.find(([prefix]) => module.startsWith(prefix)) ?? ['', ''];
    return `${loaded}${module.slice(own.length)}`;
  };
}

/** What two names of one module have before the parts that they end in alike. */
function differingPrefixes(module: string, stored: string): readonly [own: string, loaded: string] {
  const [own, loaded] = [module.split('.'), stored.split('.')];
  let same = 0;
  while (same < Math.min(own.length, loaded.length) && own.at(-1 - same) === loaded.at(-1 - same)) same += 1;
  const before = (parts: readonly string[]) =>
    parts
      .slice(0, parts.length - same)
      .map((part) => `${part}.`)
      .join('');
  return [before(own), before(loaded)];
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
