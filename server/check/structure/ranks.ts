import type { Finding } from '#protocol/check.ts';
import { parseAdapterKey } from '../../models/adapterKeys.ts';
import { isJsonObject, type JsonObject } from '../../models/jsonFile.ts';
import { isMlxConfig } from '../../models/mlxConfig.ts';
import { type ModulePatterns, type Spend, toModulePatterns } from '../../models/modulePatterns.ts';
import { finding } from '../finding.ts';
import { withinBudget } from '../budget.ts';
import { type JsonDocument, rangeOf, textFix } from '../jsonDocument.ts';
import { nodeAt } from '../json/plain.ts';
import { replaced, type TextEdit, withEntries, withoutEntry } from '../json/textEdits.ts';
import type { Check, Survey } from '../survey.ts';
import { wrongMlxRank } from './mlxRank.ts';

/** `r` and `rank_pattern` against the shapes of the factors, and keys of the patterns that match nothing. */
export const checkRanks: Check = (survey) => {
  const document = survey.documents.get('adapter_config.json');
  if (document === undefined) return [];
  if (isMlxConfig(document.json)) return wrongMlxRank(document, survey);
  if (document.json['peft_type'] !== 'LORA') return [];
  // Experts stack their factors: only who knows their number can tell.
  if (isJsonList(document.json['target_parameters'])) return [];
  const ranks = ranksOf(survey);
  if (ranks.size === 0) return [];
  return withinBudget((spend) => [
    ...wrongRanks(document, ranks, spend),
    ...unusedKeys(document, [...ranks.keys()], spend),
  ]);
};

function isJsonList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** By module, the rank that its factor A has. */
function ranksOf({ tensors }: Survey): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const { name, shape } of tensors.values()) {
    const key = parseAdapterKey(name);
    const isFirst = key.part === 'A' || key.part === 'embedding_A';
    if (isFirst && shape.length === 2) ranks.set(key.module, shape[0] ?? 0);
  }
  return ranks;
}

function wrongRanks(
  document: JsonDocument,
  ranks: ReadonlyMap<string, number>,
  spend: Spend,
): readonly Finding[] {
  const due = patternsOf(document.json, 'rank_pattern', spend);
  const said = 'r' in document.json ? document.json['r'] : 8;
  if (due === undefined || typeof said !== 'number') return [];
  const wrong = [...ranks].filter(([module, rank]) => (due.find(module)?.value ?? said) !== rank);
  const [first] = wrong;
  if (first === undefined) return [];
  const [module, rank] = first;
  const key = due.find(module)?.key;
  const field = key === undefined ? 'r' : `rank_pattern[${JSON.stringify(key)}]`;
  const node = key === undefined ? nodeAt(document.root, 'r') : nodeAt(document.root, 'rank_pattern', key);
  const more = wrong.length > 1 ? `, and ${wrong.length - 1} more modules differ` : '';
  const message = `${field} is ${due.find(module)?.value ?? said}, but the factors of ${JSON.stringify(module)} have the rank ${rank}${more}.`;
  const fix = correction(document, ranks);
  return [
    finding('rank-mismatch', document.path, message, {
      ...(node !== undefined && { range: rangeOf(document, node) }),
      ...(fix !== undefined && { fix }),
    }),
  ];
}

/** One rank for all modules is what `r` has to be; several would have to be told apart from a wrong file. */
function correction(document: JsonDocument, ranks: ReadonlyMap<string, number>) {
  const [rank, ...others] = new Set(ranks.values());
  const pattern = nodeAt(document.root, 'rank_pattern');
  if (rank === undefined || others.length > 0 || rank === 0) return undefined;
  const node = nodeAt(document.root, 'r');
  const own: TextEdit =
    node === undefined ? withEntries(document.text, document.root, [['r', rank]]) : replaced(node, rank);
  const isPlain = pattern?.kind !== 'object' || pattern.entries.length === 0;
  return textFix(document, `Correct r to ${rank}`, isPlain ? [own] : [own, replaced(pattern, {})]);
}

function unusedKeys(document: JsonDocument, modules: readonly string[], spend: Spend): readonly Finding[] {
  return ['rank_pattern', 'alpha_pattern'].flatMap((field) => {
    const node = nodeAt(document.root, field);
    if (node?.kind !== 'object') return [];
    return node.entries.flatMap((entry, at) => {
      const patterns = toModulePatterns([[entry.key, 1]], spend);
      if (typeof patterns === 'string' || modules.some((module) => patterns.find(module) !== undefined))
        return [];
      const message = `${field} has the key ${JSON.stringify(entry.key)}, which no module of the file matches.`;
      const fix = textFix(document, 'Drop the key', [withoutEntry(node, at)]);
      return [
        finding('unused-pattern', document.path, message, { range: rangeOf(document, entry.place), fix }),
      ];
    });
  });
}

function patternsOf(json: JsonObject, field: string, spend: Spend): ModulePatterns | undefined {
  const entries = isJsonObject(json[field]) ? Object.entries(json[field]) : [];
  const numbers = entries.flatMap(([key, value]) =>
    typeof value === 'number' ? [[key, value] as const] : [],
  );
  const patterns = toModulePatterns(numbers, spend);
  return typeof patterns === 'string' ? undefined : patterns;
}
