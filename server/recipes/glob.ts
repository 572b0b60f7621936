/** One step of a pattern: any run of characters, any one character, or this very one. */
type Step = { readonly kind: 'run' | 'one' } | { readonly kind: 'exactly'; readonly character: string };

/** What is wrong with a glob, as a sentence; undefined where nothing is. */
export function globProblem(pattern: string): string | undefined {
  if (pattern === '') return 'An empty pattern matches no tensor; `*` matches all.';
  if (/^(?:[^\\]|\\.)*\\$/su.test(pattern)) {
    return 'The pattern ends in a backslash that escapes nothing; write \\\\ for a backslash itself.';
  }
  return undefined;
}

/**
 * Whether a glob matches the whole of a name, case-sensitively: `*` is any characters, dots included, `?` is one
 * (a code point), `\` escapes. No backtracking further than the last `*`: at worst pattern times name, never exponential.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  const steps = stepsOf(pattern);
  const characters = Array.from(name);
  let step = 0;
  let run = -1;
  let resume = 0;
  for (let index = 0; index < characters.length;) {
    const current = steps[step];
    if (current?.kind === 'run') {
      run = step++;
      resume = index;
    } else if (current !== undefined && fits(current, characters[index])) {
      step++;
      index++;
    } else if (run >= 0) {
      step = run + 1;
      index = ++resume;
    } else return false;
  }
  return steps.slice(step).every(({ kind }) => kind === 'run');
}

function fits(step: Step, character: string | undefined): boolean {
  return step.kind === 'one' || (step.kind === 'exactly' && step.character === character);
}

function stepsOf(pattern: string): Step[] {
  const steps: Step[] = [];
  let escaped = false;
  for (const character of pattern) {
    if (!escaped && character === '\\') escaped = true;
    else {
      steps.push(escaped ? { kind: 'exactly', character } : stepOf(character));
      escaped = false;
    }
  }
  return steps;
}

function stepOf(character: string): Step {
  if (character === '*') return { kind: 'run' };
  return character === '?' ? { kind: 'one' } : { kind: 'exactly', character };
}
