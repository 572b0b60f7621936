import type { JsonNode, JsonObjectNode } from './jsonTree.ts';

/** What a node stands for; of a key that comes twice the last counts, as in Python. */
export function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'array':
      return node.items.map(plain);
    case 'object': {
      const entries = node.entries.map(({ key, value }) => [key, plain(value)] as const);
      return Object.fromEntries(entries);
    }
  }
}

/** The node at a key, or at keys within keys; the last where one comes twice. */
export function nodeAt(node: JsonNode | undefined, ...path: readonly string[]): JsonNode | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return node;
  return node?.kind === 'object' ? nodeAt(entryOf(node, key)?.value, ...rest) : undefined;
}

/** The entry of a key, the last where it comes twice. */
export function entryOf(node: JsonObjectNode, key: string) {
  return node.entries.findLast((entry) => entry.key === key);
}
