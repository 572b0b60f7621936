const number = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`;
const value = `(?:[^,=]+=)?${number}(?::${number}){0,2}`;
const strengths = new RegExp(`^${value}(?:,${value})*$`, 'i');
const option = '--strength';

/**
 * Ties values to their `--strength`, since a parser of options takes `-1` and `-2:2:0.5` for options: one argument
 * behind it, and as many more as look like strengths, become `--strength=…` each. The rest stays as it is.
 */
export function tieStrengths(args: readonly string[]): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const tied: string[] = [];
  const bare: string[] = [];
  let expected: 'nothing' | 'value' | 'more' = 'nothing';
  for (const arg of args.slice(0, end)) {
    const isValue = expected === 'value' ? !arg.startsWith('--') : expected === 'more' && strengths.test(arg);
    if (isValue) {
      tied.push(`${option}=${arg}`);
      expected = 'more';
      continue;
    }
    if (expected === 'value') bare.push(option);
    expected = arg === option ? 'value' : arg.startsWith(`${option}=`) ? 'more' : 'nothing';
    if (expected !== 'value') tied.push(arg);
  }
  if (expected === 'value') bare.push(option);
  // Without a value they come last, so that the parser takes nothing else for it and says what is missing.
  return [...tied, ...bare, ...args.slice(end)];
}
