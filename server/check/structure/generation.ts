import type { Finding } from '#protocol/check.ts';
import { finding, listed } from '../finding.ts';
import { type JsonDocument, rangeOf } from '../jsonDocument.ts';
import { nodeAt } from '../json/plain.ts';
import type { Check } from '../survey.ts';
import { embeddingRows } from './tokenizer.ts';

/** End tokens that the model cannot say: generation goes on until it is cut. */
export const checkGeneration: Check = (survey) => {
  const rows = embeddingRows(survey)?.rows;
  if (rows === undefined) return [];
  return ['generation_config.json', 'config.json'].flatMap((name) => {
    const document = survey.documents.get(name);
    return document === undefined ? [] : endTokens(document, rows);
  });
};

function endTokens(document: JsonDocument, rows: number): readonly Finding[] {
  const value = document.json['eos_token_id'];
  const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
  const beyond = ids.filter((id) => typeof id === 'number' && (id >= rows || id < 0));
  const node = nodeAt(document.root, 'eos_token_id');
  if (beyond.length === 0 || node === undefined) return [];
  const message = `eos_token_id is ${listed(beyond.map(String)).replaceAll('"', '')}, but the embedding has ${rows} rows: the model cannot end a text.`;
  return [finding('unknown-eos', document.path, message, { range: rangeOf(document, node) })];
}
