import { analysisRows } from '#protocol/analysisRows.ts';
import type { AnalyzeResult } from '#protocol/results.ts';
import { csv } from './csv.ts';

/** The tensors of an analysis with full precision, a row each, in the order of the base. */
export function analyzeCsv({ tensors }: AnalyzeResult): string {
  return csv(analysisRows(tensors));
}
