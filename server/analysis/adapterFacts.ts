import type { AdapterFacts } from '#protocol/results.ts';
import { changesBase } from '../models/adapterFields.ts';
import { isMlxConfig } from '../models/mlxConfig.ts';
import type { Adapter } from '../models/model.ts';

/** What an adapter does to its base, beyond the fields of its configuration; ranks by how many modules have them. */
export function adapterFacts(adapter: Adapter): AdapterFacts {
  const { factors, whole, config, parameters = [], experts = [] } = adapter;
  const bare = parameters.flatMap(({ candidates }) => candidates);
  const isDora = factors.some(({ magnitude }) => magnitude !== undefined);
  const tokens = whole.reduce((sum, { rows = [] }) => sum + rows.length, 0);
  return {
    library: isMlxConfig(config.raw) ? 'mlx' : 'peft',
    method: isDora ? 'DoRA' : factors.length + bare.length + experts.length > 0 ? 'LoRA' : 'full',
    initialisation: changesBase(config.raw['init_lora_weights']) ?? null,
    ranks: ranksOf([...factors, ...bare, ...experts]),
    base: config.base ?? null,
    modules: factors.length,
    parameters: bare.length + experts.length,
    whole: whole.filter(({ role }) => role === 'replace').length,
    tokens,
  };
}

function ranksOf(
  changes: readonly { readonly rank: number; readonly scale: number }[],
): AdapterFacts['ranks'] {
  const alike = Map.groupBy(changes, ({ rank, scale }) => JSON.stringify([rank, scale]));
  return [...alike.values()]
    .flatMap(([first, ...others]) =>
      first === undefined ? [] : [{ rank: first.rank, scale: first.scale, modules: 1 + others.length }],
    )
    .toSorted((one, other) => other.modules - one.modules || other.rank - one.rank);
}
