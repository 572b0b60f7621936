import { version } from '#protocol/version.ts';
import type { RoundingReport, WrittenOutput } from '#protocol/results.ts';
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
  const made = { ...output, rounding: output.rounding && roundedReport(output.rounding) };
  const content = { format: 'weight-steering', version: 1, tool, plan, recipe, inputs, output: made };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** Sums depend in their last digits on where a run was interrupted; what is written down does not. */
function roundedReport(report: RoundingReport): Readonly<Record<string, number | null>> {
  const entries: readonly (readonly [string, number | null])[] = Object.entries(report);
  return Object.fromEntries(entries.map(([key, value]) => [key, value && Number(value.toPrecision(9))]));
}
