import type { Finding } from '#protocol/check.ts';
import { mlxKey } from '../../models/mlxKeys.ts';
import { finding } from '../finding.ts';
import { type JsonDocument, rangeOf, textFix } from '../jsonDocument.ts';
import { nodeAt } from '../json/plain.ts';
import { replaced } from '../json/textEdits.ts';
import type { Survey } from '../survey.ts';

/** `lora_parameters.rank` of an MLX adapter, which all its factors have, against the width of its `lora_a`. */
export function wrongMlxRank(document: JsonDocument, { tensors }: Survey): readonly Finding[] {
  const node = nodeAt(document.root, 'lora_parameters', 'rank');
  const said = node?.kind === 'scalar' ? node.value : undefined;
  const ranks = [...tensors.values()].flatMap(({ name, shape: [, rank = 0] }) => {
    const key = mlxKey(name);
    return key?.part === 'a' ? [{ module: key.module, rank }] : [];
  });
  const first = ranks.find(({ rank }) => rank !== said);
  if (node === undefined || first === undefined) return [];
  const { module, rank } = first;
  const message = `lora_parameters.rank is ${JSON.stringify(said)}, but the factors of ${JSON.stringify(module)} have the rank ${rank}.`;
  const isOne = rank > 0 && ranks.every((each) => each.rank === rank);
  const fix = textFix(document, `Correct rank to ${rank}`, [replaced(node, rank)]);
  const range = rangeOf(document, node);
  return [finding('rank-mismatch', document.path, message, { range, ...(isOne && { fix }) })];
}
