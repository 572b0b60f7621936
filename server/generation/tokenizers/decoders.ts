import { byteOfCharacter } from './byteCharacters.ts';
import type { Part } from './part.ts';
import { patternOf } from './pattern.ts';

/** Tokens as the texts that they are joined from. */
export type Decoder = (tokens: readonly string[]) => readonly string[];

/** Refuses by name what is not done exactly. */
export function decoderOf(part: Part | undefined): Decoder {
  if (part === undefined) return (tokens) => [tokens.join(' ')];
  switch (part.type) {
    case 'Sequence': {
      const steps = part.parts('decoders').map(decoderOf);
      return (tokens) => steps.reduce((texts, step) => step(texts), tokens);
    }
    case 'ByteLevel':
      return byteLevel;
    case 'ByteFallback':
      return byteFallback;
    case 'Fuse':
      return (tokens) => [tokens.join('')];
    case 'Replace': {
      const [pattern, content] = [patternOf(part), part.text('content') ?? ''];
      return (tokens) => tokens.map((token) => token.replaceAll(pattern, () => content));
    }
    case 'Strip':
      return stripped(part);
    case 'Metaspace':
      return metaspace(part);
    default:
      throw part.refuse(`the decoder ${part.type}`);
  }
}

/** All bytes behind each other; a token with a character that stands for none is its own text. */
function byteLevel(tokens: readonly string[]): readonly string[] {
  const encoder = new TextEncoder();
  const bytes = tokens.flatMap((token) => {
    const own = Array.from(token, (character) => byteOfCharacter.get(character));
    return own.every((byte) => byte !== undefined) ? own : [...encoder.encode(token)];
  });
  return [new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))];
}

/** Tokens of a byte that follow each other are UTF-8, or U+FFFD each. */
function byteFallback(tokens: readonly string[]): readonly string[] {
  const texts: string[] = [];
  let bytes: number[] = [];
  const end = () => {
    if (bytes.length > 0) texts.push(...textsOf(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
    if (byte === undefined) {
      end();
      texts.push(token);
    } else bytes.push(Number.parseInt(byte, 16));
  }
  end();
  return texts;
}

function textsOf(bytes: readonly number[]): readonly string[] {
  try {
    return [new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => '\ufffd');
  }
}

/** At most so many of a character from both ends of each token. */
function stripped(part: Part): Decoder {
  const content = part.text('content') ?? ' ';
  const [start, stop] = [part.whole('start', 0), part.whole('stop', 0)];
  const run = (characters: readonly string[], most: number) => {
    const other = characters.slice(0, most).findIndex((each) => each !== content);
    return other === -1 ? Math.min(most, characters.length) : other;
  };
  return (tokens) =>
    tokens.map((token) => {
      const characters = Array.from(token);
      const end = characters.length - run(characters.toReversed(), stop);
      return characters.slice(run(characters, start), end).join('');
    });
}

/** A mark is a space, and in the first token nothing where one was put before the text. */
function metaspace(part: Part): Decoder {
  const mark = part.text('replacement') ?? '▁';
  const scheme = part.text('prepend_scheme') ?? (part.flag('add_prefix_space', true) ? 'always' : 'never');
  return (tokens) =>
    tokens.map((token, at) => token.replaceAll(mark, at === 0 && scheme !== 'never' ? '' : ' '));
}
