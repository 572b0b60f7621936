/** A recipe's text with another target, everything else left as it is. `target` is a path from the recipe's folder. */
export function withTarget(text: string, target: string): string {
  const line = `target: ${plain(target)}`;
  const lines = text.split('\n');
  const at = lines.findIndex((each) => /^target\s*:/.test(each));
  if (at !== -1) return lines.toSpliced(at, lengthOfEntry(lines, at), line).join('\n');
  const after = lines.findLastIndex((each) => /^(?:base|version|name)\s*:/.test(each));
  const entry = after === -1 ? firstEntry(lines) : after + lengthOfEntry(lines, after);
  return lines.toSpliced(entry, 0, line).join('\n');
}

/** A key's own line and the indented ones that belong to it. */
function lengthOfEntry(lines: readonly string[], at: number): number {
  const rest = lines.slice(at + 1).findIndex((line) => !/^\s+\S/.test(line));
  return 1 + (rest === -1 ? lines.length - at - 1 : rest);
}

/** After the comments at the top. */
function firstEntry(lines: readonly string[]): number {
  const found = lines.findIndex((line) => /^[^#\s]/.test(line) && !line.startsWith('---'));
  return found === -1 ? lines.length : found;
}

function plain(path: string): string {
  return /^[\p{L}\p{N}_./][\p{L}\p{N}_./-]*$/u.test(path) ? path : JSON.stringify(path);
}
