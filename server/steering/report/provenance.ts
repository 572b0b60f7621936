import { version } from '#protocol/version.ts';
import type { WrittenOutput } from '#protocol/results.ts';
import type { InputIdentity } from './inputFiles.ts';

/** In every output: what it was made of and how. */
export const provenanceName = 'steering.json';

export const tool = `Weight Steering ${version}`;

export interface Provenance {
  readonly plan: string;
  readonly recipe: Readonly<Record<string, unknown>>;
  readonly inputs: readonly InputIdentity[];
  readonly output: Pick<WrittenOutput, 'strength' | 'format' | 'rank' | 'tensors' | 'rounding'>;
}

/** Text of `steering.json`. It holds no time of writing, so the same recipe on the same files gives the same bytes. */
export function provenanceText({ plan, recipe, inputs, output }: Provenance): string {
  const content = { format: 'weight-steering', version: 1, tool, plan, recipe, inputs, output };
  return `${JSON.stringify(content, rounded, 2)}\n`;
}

/** Sums depend in their last digits on where a run was interrupted; what is written down does not. */
function rounded(_: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number(value.toPrecision(9));
}
