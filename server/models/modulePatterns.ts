import { anyButNewline, type Pattern, parsePythonPattern } from './pythonPattern.ts';
import { runProgram, toProgram } from './patternProgram.ts';

/** The keys of `rank_pattern` or `alpha_pattern`, with what stands behind each. */
export interface ModulePatterns {
  /** PEFT's `get_pattern_key`: the first entry, in the file's order, that the end of the module's name matches. */
  readonly find: (module: string) => { readonly key: string; readonly value: number } | undefined;
}

/** Whether a module's name matches. */
export type Matcher = (module: string) => boolean;

/** Told of the work that matching takes, in units of some ten nanoseconds; throws where it is too much. */
export type Spend = (amount: number) => void;

/** Ready to be asked; a string is why a pattern cannot be read, and begins with its key. */
export function toModulePatterns(
  entries: readonly (readonly [key: string, value: number])[],
  spend: Spend,
): ModulePatterns | string {
  const patterns: { readonly key: string; readonly value: number; readonly matches: Matcher }[] = [];
  for (const [key, value] of entries) {
    const matches = toEndMatcher(key, spend);
    if (typeof matches === 'string') return `${JSON.stringify(key)}, which ${matches}`;
    patterns.push({ key, value, matches });
  }
  return { find: (module) => patterns.find(({ matches }) => matches(module)) };
}

/** Whether the whole of a text matches, as Python's `re.fullmatch`. A string is why the pattern cannot be read. */
export function toFullMatcher(text: string, spend: Spend): Matcher | string {
  const pattern = parsePythonPattern(text);
  return typeof pattern === 'string'
    ? pattern
    : toMatcher([pattern, { kind: 'place', place: 'very-end' }], spend);
}

/** Python's `re.match(rf"(.*\.)?({key})$", module)`; nearly all keys and modules are plain names and need no program. */
function toEndMatcher(key: string, spend: Spend): Matcher | string {
  const pattern = parsePythonPattern(key);
  if (typeof pattern === 'string') return pattern;
  const matches = toMatcher([beginning, pattern, { kind: 'place', place: 'end' }], spend);
  if (typeof matches === 'string' || !/^[\w.-]+$/.test(key)) return matches;
  return (module) => {
    spend(1);
    return /[^\x20-\x7e]/.test(module) ? matches(module) : endsWithName(module, key);
  };
}

const beginning: Pattern = {
  kind: 'repeat',
  part: {
    kind: 'sequence',
    parts: [
      { kind: 'repeat', part: { kind: 'one', test: anyButNewline }, least: 0, most: Infinity },
      { kind: 'one', test: (point) => point === 0x2e },
    ],
  },
  least: 0,
  most: 1,
};

function toMatcher(parts: readonly Pattern[], spend: Spend): Matcher | string {
  const program = toProgram({ kind: 'sequence', parts });
  if (program === undefined) return 'is too long';
  return (module) => runProgram(program, module, (instructions) => spend(10 * instructions));
}

/** For names in ASCII; a dot in the key is any character. */
function endsWithName(module: string, key: string): boolean {
  const start = module.length - key.length;
  if (start < 0 || (start > 0 && module[start - 1] !== '.')) return false;
  for (let at = 0; at < key.length; at++) {
    if (key[at] !== '.' && key[at] !== module[start + at]) return false;
  }
  return true;
}
