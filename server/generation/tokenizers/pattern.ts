import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { withoutAtoms } from './atomicRegex.ts';
import type { Part } from './part.ts';

/** A pattern of a part, `{"String": …}` or `{"Regex": …}` in Oniguruma's terms, as JavaScript matches it everywhere in a text. */
export function patternOf(part: Part, name = 'pattern'): RegExp {
  const pattern = part.part(name);
  const plain = pattern?.text('String');
  if (plain !== undefined) return new RegExp(escaped(plain), 'gu');
  const regex = pattern?.text('Regex');
  if (regex === undefined) throw part.refuse('a pattern that is neither a string nor a regular expression');
  return regexOf(part, regex);
}

/** The library translates the syntax; what it leaves out of letters without case is added. */
function regexOf(part: Part, source: string): RegExp {
  try {
    const { pattern } = new SplitPreTokenizer({
      type: 'Split',
      pattern: { Regex: withoutAtoms(source) },
      behavior: 'Isolated',
      invert: false,
    });
    if (pattern === null) throw new SyntaxError('no pattern');
    return source.includes('(?i:') ? new RegExp(foldedAsUnicode(pattern.source), 'gu') : pattern;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw part.refuse(`the regular expression ${JSON.stringify(source)} (${error.message})`);
  }
}

/** ſ is a small s, and the sign of Kelvin a small k. */
function foldedAsUnicode(source: string): string {
  return source.replaceAll('[sS]', '[sS\u017f]').replaceAll('[kK]', '[kK\u212a]');
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
