import { csvField } from '#protocol/csvField.ts';

/** Rows as RFC 4180 has them, but for its line ends; null is an empty field. Names of tensors may hold anything. */
export function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => row.map(csvField).join(',')).join('\n');
}
