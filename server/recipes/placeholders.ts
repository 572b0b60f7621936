import { shortened } from './shortened.ts';
import { formatStrength } from './strength.ts';

/** What is wrong with an output path, as a sentence; undefined where nothing is. */
export function pathProblem(path: string): string | undefined {
  if (path.trim() === '' || path.includes('\0')) return 'An output needs the path of a folder.';
  const rest = path.replaceAll('{name}', '').replaceAll('{strength}', '');
  const odd = /\{[^{}]*\}?|\}/.exec(rest)?.[0];
  return odd === undefined
    ? undefined
    : `\`${shortened(odd)}\` stands for nothing; a path knows {name} and {strength}.`;
}

/** `{name}` and `{strength}` filled in; the strength as `k1.5`. */
export function expandPath(path: string, { name, strength }: { name: string; strength: number }): string {
  // One pass over the text, so that a name with braces is not expanded again.
  return path.replace(/\{(name|strength)\}/g, (_, key) => (key === 'name' ? name : formatStrength(strength)));
}
