import type { JsonNode, JsonObjectNode } from './jsonTree.ts';

/** A change of a text, in UTF-16 units. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Another value in a node's place. */
export function replaced({ start, end }: JsonNode, value: unknown): TextEdit {
  return { start, end, newText: JSON.stringify(value) };
}

/** Takes an entry out, with one comma and the white space before it. */
export function withoutEntry({ entries, start }: JsonObjectNode, index: number): TextEdit {
  const entry = entries[index];
  const before = entries[index - 1]?.value.end;
  const after = entries[index + 1]?.place.start;
  if (entry === undefined) return { start, end: start, newText: '' };
  if (before !== undefined) return { start: before, end: entry.value.end, newText: '' };
  return { start: entry.place.start, end: after ?? entry.value.end, newText: '' };
}

/** Entries behind the last, laid out as that one is. */
export function withEntries(
  text: string,
  { entries, start }: JsonObjectNode,
  added: readonly (readonly [key: string, value: unknown])[],
): TextEdit {
  const parts = added.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const last = entries.at(-1);
  if (last === undefined) return { start: start + 1, end: start + 1, newText: parts.join(', ') };
  const gap = /\s*$/.exec(text.slice(0, last.place.start))?.[0] ?? '';
  const newText = parts.map((part) => `,${gap}${part}`).join('');
  return { start: last.value.end, end: last.value.end, newText };
}

/** The text with all edits; of those that overlap only the first counts, and the next round has the others. */
export function applied(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, newText } of edits.toSorted((one, other) => one.start - other.start)) {
    if (start < from) continue;
    result += text.slice(from, start) + newText;
    from = end;
  }
  return result + text.slice(from);
}
