import type { Finding } from '#protocol/check.ts';
import type { Survey } from '../survey.ts';
import type { ValueFacts } from './readValues.ts';

/** One look at all values of a model. */
export type ValueCheck = (
  survey: Survey,
  facts: readonly ValueFacts[],
  options: ValueCheckOptions,
) => Promise<readonly Finding[]>;

export interface ValueCheckOptions {
  readonly signal: AbortSignal;
}
