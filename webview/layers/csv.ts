import { analysisRows } from '#protocol/analysisRows.ts';
import { csvField } from '#protocol/csvField.ts';
import type { TensorAnalysis } from '#protocol/results.ts';

/** The table of `steer analyze --csv`, of the tensors that have come so far. RFC 4180. */
export function toCsv(tensors: readonly TensorAnalysis[]): string {
  return analysisRows(tensors)
    .map((row) => `${row.map(csvField).join(',')}\r\n`)
    .join('');
}
