import { characterOfByte } from './byteCharacters.ts';
import type { Part } from './part.ts';
import { patternOf } from './pattern.ts';
import { behaviorOf, split } from './splitting.ts';

/** Splits a piece of a text into what tokens do not reach across; `isFirst`: the text begins with it. */
export type PreTokenizer = (piece: string, isFirst: boolean) => readonly string[];

const gpt2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Refuses by name what is not done exactly. */
export function preTokenizerOf(part: Part | undefined): PreTokenizer {
  if (part === undefined) return (piece) => [piece];
  switch (part.type) {
    case 'Sequence':
      return sequence(part.parts('pretokenizers').map(preTokenizerOf));
    case 'ByteLevel':
      return byteLevel(part);
    case 'Metaspace':
      return metaspace(part);
    case 'Split':
      return splitBy(patternOf(part), part);
    case 'Digits':
      return digits(part);
    default:
      throw part.refuse(`the pre-tokenizer ${part.type}`);
  }
}

function sequence(steps: readonly PreTokenizer[]): PreTokenizer {
  return (piece, isFirst) =>
    steps.reduce<readonly string[]>(
      (pieces, step) => pieces.flatMap((each, at) => step(each, isFirst && at === 0)),
      [piece],
    );
}

function splitBy(pattern: RegExp, part: Part): PreTokenizer {
  const behavior = behaviorOf(part);
  const isInverted = part.flag('invert');
  return (piece) => split(piece, pattern, { behavior, isInverted });
}

function digits(part: Part): PreTokenizer {
  const behavior = part.flag('individual_digits') ? 'Isolated' : 'Contiguous';
  return (piece) => split(piece, /\p{N}/gu, { behavior });
}

function byteLevel(part: Part): PreTokenizer {
  const [usesRegex, hasSpace] = [part.flag('use_regex', true), part.flag('add_prefix_space', true)];
  const encoder = new TextEncoder();
  const written = (text: string) =>
    Array.from(encoder.encode(text), (byte) => characterOfByte[byte] ?? '').join('');
  return (piece) => {
    const spaced = hasSpace && !piece.startsWith(' ') ? ` ${piece}` : piece;
    return (usesRegex ? split(spaced, gpt2, { behavior: 'Isolated' }) : [spaced]).map(written);
  };
}

function metaspace(part: Part): PreTokenizer {
  const mark = part.text('replacement') ?? '▁';
  const scheme = part.text('prepend_scheme') ?? (part.flag('add_prefix_space', true) ? 'always' : 'never');
  if (!['always', 'first', 'never'].includes(scheme)) throw part.refuse(`the prepend scheme ${scheme}`);
  const isSplit = part.flag('split', true);
  return (piece, isFirst) => {
    const marked = piece.replaceAll(' ', mark);
    const isLed = scheme === 'always' || (scheme === 'first' && isFirst);
    const led = isLed && !marked.startsWith(mark) ? mark + marked : marked;
    return isSplit ? split(led, new RegExp(mark, 'gu'), { behavior: 'MergedWithNext' }) : [led];
  };
}
