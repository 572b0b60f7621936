import type { Range } from './diagnostic.ts';

/** A YAML document reduced to what a recipe may contain, each part with its place in the text. */
export type Tree = Mapping | List | Scalar;

export interface Mapping {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly range: Range;
}

export interface Entry {
  /** Where the key is. */
  readonly key: Range;
  readonly value: Tree;
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly range: Range;
}

export interface Scalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly range: Range;
}

export type Path = readonly PropertyKey[];

/** The tree as plain values for the schema; mappings have no prototype, so that `__proto__` is a key like any other. */
export function plainValue(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plainValue);
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, { value }] of tree.entries) object[key] = plainValue(value);
  return object;
}

/** What is at a path of keys and list positions; undefined where the text has nothing there. */
export function find(tree: Tree, path: Path): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const step of path) {
    if (at?.kind === 'mapping') at = at.entries.get(String(step))?.value;
    else at = at?.kind === 'list' ? at.items[Number(step)] : undefined;
  }
  return at;
}

/**
 * What to underline for a path: the value where it is on one line, else its key, and for what
 * is not there the innermost thing around it that is.
 */
export function rangeOf(tree: Tree, path: Path): Range {
  for (let length = path.length; length > 0; length--) {
    const found = find(tree, path.slice(0, length));
    if (found === undefined) continue;
    return isOneLine(found.range) ? found.range : (keyRange(tree, path.slice(0, length)) ?? headOf(found));
  }
  return headOf(tree);
}

/** Where the last key of a path is written; undefined for list items and what is not there. */
export function keyRange(tree: Tree, path: Path): Range | undefined {
  const parent = find(tree, path.slice(0, -1));
  return parent?.kind === 'mapping' ? parent.entries.get(String(path.at(-1)))?.key : undefined;
}

/** A short stand-in for something long: a mapping's first key, a list's first item. */
export function headOf(tree: Tree): Range {
  if (tree.kind === 'list' && tree.items[0] !== undefined) return headOf(tree.items[0]);
  const first = tree.kind === 'mapping' ? tree.entries.values().next().value : undefined;
  if (first !== undefined) return first.key;
  return isOneLine(tree.range) ? tree.range : { start: tree.range.start, end: tree.range.start };
}

function isOneLine({ start, end }: Range): boolean {
  return start.line === end.line;
}
