import { parseAdapterKey } from '../../models/adapterKeys.ts';
import { finding } from '../finding.ts';
import type { ValueCheck } from './valueCheck.ts';

/** What changes nothing where B is zero. */
const harmless: ReadonlySet<string> = new Set(['A', 'B', 'embedding_A', 'embedding_B', 'idle']);

/** An adapter as it is before training: its factors B are zeros, and it holds nothing whole. */
export const checkZeroAdapter: ValueCheck = async ({ documents }, facts) => {
  if (!documents.has('adapter_config.json')) return [];
  const parts = facts.map((each) => ({ ...each, part: parseAdapterKey(each.tensor.name).part }));
  const [first, ...others] = parts.filter(({ part }) => part === 'B' || part === 'embedding_B');
  const moves = [...(first === undefined ? [] : [first]), ...others].some(
    ({ zeros, elements }) => zeros < elements,
  );
  const isBare = parts.every(({ part }) => harmless.has(part));
  if (first === undefined || moves || !isBare) return [];
  const message = `All ${others.length + 1} factors B are zero: the adapter changes nothing.`;
  return [finding('zero-adapter', first.tensor.file, message)];
};
