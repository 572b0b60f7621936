import type { Warning } from '#protocol/failure.ts';
import type { FineTune } from '../directions/fineTune.ts';
import type { Model } from '../models/model.ts';

/** What to compare in place of a checkpoint and an adapter, whose tensors have no name in common. */
export function apart(a: Model | FineTune, b: Model | FineTune): readonly Warning[] {
  const models = [a, b].flatMap((model) => ('kind' in model ? [model] : []));
  const checkpoint = models.find(({ kind }) => kind === 'checkpoint');
  const adapter = models.find(({ kind }) => kind === 'adapter');
  if (checkpoint === undefined || adapter === undefined) return [];
  const [base, factors] = [checkpoint.reference, adapter.reference];
  const message =
    `${base} is a checkpoint and ${factors} an adapter, whose factors have other names. For what the adapter makes of the ` +
    `checkpoint compare ${base} with ${base}+${factors}.`;
  return [{ code: 'adapter-alone', message, file: adapter.path }];
}
