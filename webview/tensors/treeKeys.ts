import type { TreeRow } from './treeRows.ts';

/** What a key does to the list. */
export type TreeStep =
  | { readonly kind: 'go'; readonly to: number }
  | { readonly kind: 'toggle'; readonly key: string }
  | { readonly kind: 'open'; readonly name: string }
  | { readonly kind: 'copy'; readonly name: string };

/** The keys of VS Code's trees; `page` is how many rows are in view. Undefined: the key is not for the list. */
export function treeStep(
  { key, ctrlKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  at: number,
  rows: readonly TreeRow[],
  page: number,
): TreeStep | undefined {
  const row = rows[at];
  if (ctrlKey || metaKey)
    return key === 'c' && row !== undefined ? { kind: 'copy', name: copied(row) } : undefined;
  const to = destination(key, at, rows.length, page);
  if (to !== undefined) return { kind: 'go', to: Math.max(0, Math.min(rows.length - 1, to)) };
  if (row === undefined) return undefined;
  if (key === 'Enter' || key === ' ')
    return row.kind === 'group' ? { kind: 'toggle', key: row.key } : { kind: 'open', name: row.key };
  if (key === 'ArrowRight') return unfold(row, at);
  return key === 'ArrowLeft' ? fold(row, at, rows) : undefined;
}

function destination(key: string, at: number, count: number, page: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at - 1;
    case 'PageDown':
      return at + page;
    case 'PageUp':
      return at - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

function unfold(row: TreeRow, at: number): TreeStep | undefined {
  if (row.kind === 'tensor') return undefined;
  return row.isOpen ? { kind: 'go', to: at + 1 } : { kind: 'toggle', key: row.key };
}

/** A tensor leads to its group, an open group closes. */
function fold(row: TreeRow, at: number, rows: readonly TreeRow[]): TreeStep | undefined {
  if (row.kind === 'group') return row.isOpen ? { kind: 'toggle', key: row.key } : undefined;
  const group = rows.slice(0, at).findLastIndex(({ kind }) => kind === 'group');
  return group < 0 ? undefined : { kind: 'go', to: group };
}

function copied(row: TreeRow): string {
  return row.kind === 'group' ? row.label : row.key;
}
