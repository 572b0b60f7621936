import type { Diagnostic } from './diagnostic.ts';
import { nearest } from './nearest.ts';
import { keysAt } from './explainIssue.ts';
import { find, headOf, type Mapping, type Path, type Tree } from './tree.ts';

/** Which keys a recipe and its directions must have, and which not together: either a contrast or its alternative. */
export function checkSources(tree: Tree): Diagnostic[] {
  if (tree.kind !== 'mapping') return [];
  const own = checkContrast(tree, [], 'directions');
  const items = find(tree, ['directions']);
  if (items?.kind !== 'list') return own;
  const inner = items.items.map((item, index) =>
    item.kind === 'mapping' ? checkContrast(item, ['directions', index], 'path') : [],
  );
  return [...own, ...inner.flat()];
}

const sides = ['positive', 'negative'] as const;

function checkContrast(mapping: Mapping, path: Path, alternative: 'directions' | 'path'): Diagnostic[] {
  if (mapping.entries.has(alternative)) return sides.flatMap((side) => conflict(mapping, side, alternative));
  const absent = sides.filter((side) => !mapping.entries.has(side) && !isMisspelt(mapping, path, side));
  if (absent.length === 0) return [];
  const present = sides.find((side) => mapping.entries.has(side));
  const range = (present && mapping.entries.get(present)?.key) ?? headOf(mapping);
  return [{ code: 'missing-key', severity: 'error', message: missing(absent, alternative), range }];
}

function conflict(mapping: Mapping, side: (typeof sides)[number], alternative: string): Diagnostic[] {
  const entry = mapping.entries.get(side);
  if (entry === undefined) return [];
  const message = `\`${side}\` and \`${alternative}\` exclude each other; keep one of them.`;
  return [{ code: 'conflicting-keys', severity: 'error', message, range: entry.key }];
}

function missing(absent: readonly (typeof sides)[number][], alternative: 'directions' | 'path'): string {
  if (absent.length === 2) {
    const other = alternative === 'path' ? 'the `path` of a stored direction' : 'several under `directions`';
    return `\`positive\` and \`negative\` are missing: name the two fine-tunes, or ${other}.`;
  }
  return absent[0] === 'negative'
    ? '`negative` is missing: name the fine-tune that shows the opposite, or write `negative: base`.'
    : '`positive` is missing: name the fine-tune that shows the behaviour.';
}

/** There is an unknown key that was meant to be this one; that is said already. */
function isMisspelt(mapping: Mapping, path: Path, side: string): boolean {
  const known = keysAt(path);
  const unknown = [...mapping.entries.keys()].filter((key) => !known.includes(key));
  return unknown.slice(0, 10).some((key) => nearest(key, known) === side);
}
