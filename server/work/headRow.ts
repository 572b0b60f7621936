/**
 * Where llama.cpp keeps row `row` of a Llama-like query or key projection. transformers rotates the two halves of a head
 * against each other, llama.cpp neighbours: row i of half h of a head becomes row 2i + h of it (`permute` in
 * convert_hf_to_gguf.py).
 */
export function headRow(
  row: number,
  { rows, heads }: { readonly rows: number; readonly heads: number },
): number {
  const size = rows / heads;
  const inHead = row % size;
  const half = size / 2;
  return row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
}
