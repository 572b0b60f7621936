import type { Finding } from '#protocol/check.ts';
import { finding, mostListed } from '../finding.ts';
import { type JsonDocument, rangeOf, textFix } from '../jsonDocument.ts';
import type { JsonNode, JsonObjectNode } from '../json/jsonTree.ts';
import { withoutEntry } from '../json/textEdits.ts';
import type { Check } from '../survey.ts';

/** Keys that come twice in one object of a configuration or index. */
export const checkDuplicateKeys: Check = ({ documents, index }) => {
  const all = [...documents.values(), ...(index === undefined ? [] : [index.document])];
  return all.flatMap((document) => inNode(document, document.root).slice(0, mostListed));
};

function inNode(document: JsonDocument, node: JsonNode): readonly Finding[] {
  if (node.kind === 'scalar') return [];
  if (node.kind === 'array') return node.items.flatMap((item) => inNode(document, item));
  return [...inObject(document, node), ...node.entries.flatMap(({ value }) => inNode(document, value))];
}

function inObject(document: JsonDocument, node: JsonObjectNode): readonly Finding[] {
  const last = new Map(node.entries.map(({ key }, at) => [key, at]));
  const earlier = [...node.entries.entries()].filter(([at, { key }]) => last.get(key) !== at);
  return earlier.slice(0, mostListed).flatMap(([at, entry]) => {
    const later = node.entries[last.get(entry.key) ?? at];
    if (later === undefined) return [];
    const message = `${JSON.stringify(entry.key)} comes twice; the last counts.`;
    const range = rangeOf(document, entry.place);
    const related = [
      { file: document.path, message: 'This one counts.', range: rangeOf(document, later.place) },
    ];
    const fix = textFix(document, 'Drop the first', [withoutEntry(node, at)]);
    return [finding('duplicate-key', document.path, message, { range, related, fix })];
  });
}
