import type { AdapterFacts, AdapterScaling } from '#protocol/viewer.ts';
import { isJsonObject } from './jsonFile.ts';
import type { Adapter, AdapterFactors } from './model.ts';
import { placeOf } from './placeOf.ts';

/** What an adapter is, from its configuration and its factors. */
export function adapterFacts({ config, factors, whole }: Adapter): AdapterFacts {
  return {
    method: methodOf(config),
    rank: config.rank,
    alpha: config.alpha,
    scalings: scalings(factors),
    rankPattern: patternOf(config.raw['rank_pattern']),
    alphaPattern: patternOf(config.raw['alpha_pattern']),
    targets: frequent(factors.map(({ tensor }) => placeOf(tensor).module)).map(([module]) => module),
    whole: whole.map(({ tensor }) => tensor),
    base: config.base ?? null,
    revision: config.revision ?? null,
  };
}

function methodOf({ raw, rsLora }: Adapter['config']): string {
  if (raw['use_dora'] === true) return rsLora ? 'rsDoRA' : 'DoRA';
  return rsLora ? 'rsLoRA' : 'LoRA';
}

function scalings(factors: readonly AdapterFactors[]): readonly AdapterScaling[] {
  const keyed = factors.map(({ rank, alpha, scale }) => JSON.stringify([rank, alpha, scale]));
  const first = new Map(factors.map((each, index) => [keyed[index], each]));
  return frequent(keyed).flatMap(([key, modules]) => {
    const found = first.get(key);
    if (found === undefined) return [];
    return [{ rank: found.rank, alpha: found.alpha, scale: found.scale, modules }];
  });
}

function frequent(words: readonly string[]): readonly (readonly [word: string, times: number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one);
}

function patternOf(value: unknown): readonly (readonly [pattern: string, number: number])[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, number]) =>
    typeof number === 'number' ? [[key, number] as const] : [],
  );
}
