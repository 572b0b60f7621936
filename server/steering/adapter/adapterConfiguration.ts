import type { Checkpoint } from '../../models/model.ts';
import type { FactorPair } from './factorPair.ts';
import { type KeyOf, moduleOf } from './peftKeys.ts';

export interface AdapterContents {
  readonly pairs: readonly FactorPair[];
  /** Names of embeddings, heads and biases held whole. */
  readonly whole: readonly string[];
  /** What the adapter loads on, where it is known. */
  readonly on: Checkpoint | undefined;
  /** A Hub id, or a path relative to the adapter's folder. */
  readonly base: string | null;
  readonly keyOf: KeyOf;
}

/**
 * `adapter_config.json` as PEFT reads it: scales are in B already, so alpha is the rank everywhere. Modules are named
 * in short where all of that name take part, else in full.
 */
export function adapterConfiguration({ pairs, whole, on, base, keyOf }: AdapterContents): string {
  const rank = commonRank(pairs);
  const others = pairs
    .filter((pair) => pair.rank !== rank)
    .map((pair) => [keyOf(moduleOf(pair.tensor)), pair.rank] as const);
  const biases = whole.some((name) => name.endsWith('.bias'));
  const saved = whole.filter((name) => !name.endsWith('.bias')).map((name) => keyOf(moduleOf(name)));
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: base,
    revision: null,
    inference_mode: true,
    r: rank,
    lora_alpha: rank,
    rank_pattern: patterns(others),
    alpha_pattern: patterns(others),
    target_modules: pairs.length === 0 ? noModules : targetModules(pairs, on, keyOf),
    modules_to_save: saved.length === 0 ? null : saved,
    bias: biases ? 'all' : 'none',
    fan_in_fan_out: pairs.some(({ fanInFanOut }) => fanInFanOut),
    lora_dropout: 0,
    use_rslora: false,
    use_dora: false,
    init_lora_weights: true,
    layers_to_transform: null,
    layers_pattern: null,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** What PEFT takes for an adapter without factors; an empty list it refuses. */
const noModules = 'dummy-target-modules';

/** Of most pairs; the larger one of two that are as common. */
function commonRank(pairs: readonly FactorPair[]): number {
  const counts = new Map<number, number>();
  for (const { rank } of pairs) counts.set(rank, (counts.get(rank) ?? 0) + 1);
  const [most] = [...counts].toSorted(([a, x], [b, y]) => y - x || b - a);
  return most?.[0] ?? 1;
}

/** PEFT takes the keys as regular expressions; a name is one that matches itself once its odd characters are escaped. */
function patterns(entries: readonly (readonly [module: string, rank: number])[]): Record<string, number> {
  return Object.fromEntries(
    entries.map(([module, rank]) => [module.replaceAll(/[\\^$*+?()[\]{}|]/g, String.raw`\$&`), rank]),
  );
}

function targetModules(
  pairs: readonly FactorPair[],
  on: Checkpoint | undefined,
  keyOf: KeyOf,
): readonly string[] {
  const taking = new Set(pairs.map(({ tensor }) => moduleOf(tensor)));
  const isShared = new Map<string, boolean>();
  for (const { name, shape } of on?.tensors.values() ?? []) {
    if (shape.length !== 2) continue;
    const module = moduleOf(name);
    const short = shortOf(module);
    isShared.set(short, taking.has(module) && isShared.get(short) !== false);
  }
  const names = [...taking].map((module) => {
    const short = shortOf(module);
    return isShared.get(short) === true ? short : keyOf(module);
  });
  return [...new Set(names)].toSorted();
}

function shortOf(module: string): string {
  return module.slice(module.lastIndexOf('.') + 1);
}
