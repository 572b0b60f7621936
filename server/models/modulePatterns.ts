import { quote } from '../tensors/jsonScanner.ts';
import { anyButNewline, type Pattern, parsePythonPattern } from './pythonPattern.ts';
import { runProgram, toProgram } from './patternProgram.ts';
import { PlainPatterns } from './plainPatterns.ts';

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
  const plain = new PlainPatterns(spend);
  const others: { readonly index: number; readonly matches: Matcher }[] = [];
  for (const [index, [key]] of entries.entries()) {
    const matches = toEndMatcher(key, spend);
    if (typeof matches === 'string') return `${quote(key)}, which ${matches}`;
    if (isPlain(key)) plain.add(key, index);
    else others.push({ index, matches });
  }
  const find = (module: string) => {
    // What a dot and an end are to Python depends on line breaks.
    if (module.includes('\n')) return entries.findIndex(([key]) => isMatch(toEndMatcher(key, spend), module));
    const lowest = plain.find(module) ?? Infinity;
    return others.find(({ index, matches }) => index < lowest && matches(module))?.index ?? lowest;
  };
  return {
    find: (module) => {
      const [key, value] = entries[find(module)] ?? [];
      return key === undefined || value === undefined ? undefined : { key, value };
    },
  };
}

/** Whether the whole of a text matches, as Python's `re.fullmatch`. A string is why the pattern cannot be read. */
export function toFullMatcher(text: string, spend: Spend): Matcher | string {
  const pattern = parsePythonPattern(text);
  return typeof pattern === 'string'
    ? pattern
    : toMatcher([pattern, { kind: 'place', place: 'very-end' }], spend);
}

/** Python's `re.match(rf"(.*\.)?({key})$", module)`. */
function toEndMatcher(key: string, spend: Spend): Matcher | string {
  const pattern = parsePythonPattern(key);
  return typeof pattern === 'string'
    ? pattern
    : toMatcher([beginning, pattern, { kind: 'place', place: 'end' }], spend);
}

/** Nearly all keys are names of modules, hundreds for hundreds of modules. */
function isPlain(key: string): boolean {
  return /^[\w.-]+$/.test(key);
}

function isMatch(matches: Matcher | string, module: string): boolean {
  return typeof matches !== 'string' && matches(module);
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
