import type { AnalyzeResult } from '#protocol/results.ts';
import { percent, significant } from '../numbers.ts';

/** Under the text of `analyze`: how the sides of each contrast lie to each other, and what rounding left of checkpoints. */
export function contrastLines({
  contrast,
  inputs,
}: Pick<AnalyzeResult, 'contrast' | 'inputs'>): readonly string[] {
  const lines = contrast.map(
    ({ name, cosine, positiveNorm, negativeNorm, ratio, common }) =>
      `${name}: cos(τ₊, −τ₋) ${significant(cosine)}, ‖τ₊‖ ${significant(positiveNorm)}, ‖τ₋‖ ${significant(negativeNorm)} (ratio ${significant(ratio)}); what both have in common is ${percent(common)} of ‖w‖.`,
  );
  if (inputs === null) return lines;
  const close = `${percent(inputs.withinOneUlp)} differ by at most one unit in the last place`;
  return [...lines, `Of the two fine-tunes' elements ${percent(inputs.identical)} are identical; ${close}.`];
}
