import { parseAdapterKey } from '../../models/adapterKeys.ts';
import { isMlxConfig } from '../../models/mlxConfig.ts';
import { mlxKey } from '../../models/mlxKeys.ts';
import { finding } from '../finding.ts';
import type { ValueCheck } from './valueCheck.ts';

/** What changes nothing where B is zero. */
const harmless: ReadonlySet<string> = new Set(['A', 'B', 'embedding_A', 'embedding_B', 'idle']);

/** An adapter as it is before training: its factors B are zeros, and it holds nothing whole. */
export const checkZeroAdapter: ValueCheck = async ({ documents }, facts) => {
  const config = documents.get('adapter_config.json');
  if (config === undefined) return [];
  const partOf = isMlxConfig(config.json) ? mlxPart : peftPart;
  const parts = facts.map((each) => ({ ...each, part: partOf(each.tensor.name) }));
  const [first, ...others] = parts.filter(({ part }) => part === 'B' || part === 'embedding_B');
  const moves = [...(first === undefined ? [] : [first]), ...others].some(
    ({ zeros, elements }) => zeros < elements,
  );
  const isBare = parts.every(({ part }) => harmless.has(part));
  if (first === undefined || moves || !isBare) return [];
  const message = `All ${others.length + 1} factors B are zero: the adapter changes nothing.`;
  return [finding('zero-adapter', first.tensor.file, message)];
};

function peftPart(name: string): string {
  return parseAdapterKey(name).part;
}

function mlxPart(name: string): string {
  const { part = 'whole' } = mlxKey(name) ?? {};
  return part === 'a' || part === 'b' ? part.toUpperCase() : part;
}
