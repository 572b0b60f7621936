import type { Finding } from '#protocol/check.ts';
import { finding } from './finding.ts';
import { type JsonDocument, rangeOf } from './jsonDocument.ts';
import type { JsonEntry, JsonObjectNode } from './json/jsonTree.ts';
import { nodeAt } from './json/plain.ts';

/** One line of a `weight_map`. */
export interface IndexEntry {
  readonly tensor: string;
  readonly file: string;
  readonly node: JsonEntry;
  /** Its number among the entries. */
  readonly at: number;
}

/** `model.safetensors.index.json`, however wrong. */
export interface IndexDocument {
  readonly document: JsonDocument;
  readonly map: JsonObjectNode;
  readonly entries: readonly IndexEntry[];
}

/** The entries of an index, and what is wrong with it as an index. */
export function toIndex(document: JsonDocument): {
  readonly index: IndexDocument | undefined;
  readonly problems: readonly Finding[];
} {
  const map = nodeAt(document.root, 'weight_map');
  if (map?.kind !== 'object' || map.entries.length === 0) {
    const message = 'It has no weight_map, which says where each tensor is.';
    const range = rangeOf(document, map ?? document.root);
    return { index: undefined, problems: [finding('invalid-index', document.path, message, { range })] };
  }
  const entries: IndexEntry[] = [];
  const problems: Finding[] = [];
  for (const [at, node] of map.entries.entries()) {
    const { key: tensor, value } = node;
    const file = value.kind === 'scalar' ? value.value : undefined;
    const problem = typeof file === 'string' ? outside(file) : 'is put into something that is no file name';
    if (typeof file === 'string' && problem === undefined) entries.push({ tensor, file, node, at });
    else problems.push(unfit(document, node, problem ?? ''));
  }
  return { index: { document, map, entries }, problems: problems.slice(0, 100) };
}

/** A shard lies beside its index. */
function outside(file: string): string | undefined {
  if (file !== '' && file !== '.' && file !== '..' && !/[/\\\0]/.test(file)) return undefined;
  return `is put into ${JSON.stringify(file.slice(0, 200))}, which is not a plain file name`;
}

function unfit(document: JsonDocument, { key, value }: JsonEntry, problem: string): Finding {
  const code = problem.includes('plain') ? 'path-outside-folder' : 'invalid-index';
  const message = `${JSON.stringify(key.slice(0, 200))} ${problem}; a shard lies beside its index.`;
  return finding(code, document.path, message, { tensor: key, range: rangeOf(document, value) });
}
