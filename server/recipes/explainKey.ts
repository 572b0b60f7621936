import { recipeJsonSchema } from './schema.ts';
import type { Position, Range } from './diagnostic.ts';
import { readTree } from './readTree.ts';
import type { Entry, Tree } from './tree.ts';

export interface ExplainedKey {
  /** What the key is for, a sentence or two. */
  readonly text: string;
  /** Where it is written. */
  readonly range: Range;
}

/** What a key of a recipe is for, where the position is on one that recipes have. */
export function explainKey(text: string, position: Position): ExplainedKey | undefined {
  const { tree } = readTree(text);
  const found = tree === undefined ? undefined : keyAt(tree, position, []);
  const description = found === undefined ? undefined : describedAt(recipeJsonSchema(), found.path);
  return found === undefined || description === undefined
    ? undefined
    : { text: description, range: found.range };
}

interface Found {
  readonly path: readonly string[];
  readonly range: Range;
}

/** List positions leave no trace in the path: all items of a list have the same keys. */
function keyAt(tree: Tree, position: Position, path: readonly string[]): Found | undefined {
  if (tree.kind === 'list') return first(tree.items, (item) => keyAt(item, position, path));
  if (tree.kind === 'scalar') return undefined;
  return first([...tree.entries], ([key, entry]: [string, Entry]) => {
    const inside = [...path, key];
    return holds(entry.key, position)
      ? { path: inside, range: entry.key }
      : keyAt(entry.value, position, inside);
  });
}

function first<T, U>(all: readonly T[], look: (one: T) => U | undefined): U | undefined {
  for (const one of all) {
    const found = look(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function holds({ start, end }: Range, { line, character }: Position): boolean {
  return start.line === line && start.character <= character && character <= end.character;
}

/** The description in a JSON Schema, through lists and alternatives, of the last key of a path. */
function describedAt(schema: unknown, [key, ...rest]: readonly string[]): string | undefined {
  if (typeof schema !== 'object' || schema === null || key === undefined) return undefined;
  const fields = new Map<string, unknown>(Object.entries(schema));
  const properties = fields.get('properties');
  const own: unknown =
    typeof properties === 'object' && properties !== null
      ? new Map<string, unknown>(Object.entries(properties)).get(key)
      : undefined;
  if (own !== undefined) return rest.length === 0 ? descriptionOf(own) : describedAt(own, rest);
  const alternatives = fields.get('anyOf');
  const inside = [fields.get('items'), ...(Array.isArray(alternatives) ? alternatives : [])];
  return first(inside, (each: unknown) => describedAt(each, [key, ...rest]));
}

function descriptionOf(schema: unknown): string | undefined {
  const isDescribed = typeof schema === 'object' && schema !== null && 'description' in schema;
  return isDescribed && typeof schema.description === 'string' ? schema.description : undefined;
}
