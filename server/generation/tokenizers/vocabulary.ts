import type { Part } from './part.ts';

/** Splits a pre-token into ids. */
export type Encoder = (piece: string) => readonly number[];

/** The tokens of a model, and how a piece of text becomes some of them. */
export interface TokenModel {
  readonly ids: ReadonlyMap<string, number>;
  readonly encode: Encoder;
}

/** `<0x00>` to `<0xFF>`, where all are in the vocabulary; a character without a token is then written in them. */
export function byteIds(part: Part, ids: ReadonlyMap<string, number>): readonly number[] | undefined {
  if (!part.flag('byte_fallback')) return undefined;
  const found = Array.from({ length: 256 }, (_, byte) => ids.get(byteToken(byte)));
  if (found.every((id) => id !== undefined)) return found;
  throw part.refuse('byte fallback without a token for every byte');
}

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}
