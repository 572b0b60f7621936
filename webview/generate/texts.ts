import type { GenerationColumn, TextToken } from '#protocol/generation.ts';

/** What a column has said. */
export interface Text {
  /** Of what was asked. */
  readonly key: string;
  readonly tokens: readonly TextToken[];
  /** Once it has ended. */
  readonly end?: GenerationColumn;
}

/** By the ids of columns. */
export type Texts = ReadonlyMap<number, Text>;

/** With another token; the first one takes the place of what was said before. */
export function withToken(texts: Texts, id: number, key: string, token: TextToken): Texts {
  const before = texts.get(id);
  const isNew = before === undefined || before.key !== key || before.end !== undefined;
  return new Map(texts).set(id, { key, tokens: isNew ? [token] : [...before.tokens, token] });
}

export function withEnd(texts: Texts, id: number, key: string, end: GenerationColumn): Texts {
  return new Map(texts).set(id, { key, tokens: end.tokens, end });
}

/** What was said is no answer to what is asked now. */
export function withoutKey(texts: Texts, id: number): Texts {
  const text = texts.get(id);
  return text === undefined ? texts : new Map(texts).set(id, { ...text, key: '' });
}

/** The place from which a text is another than the base's; undefined while none is known. May be its end. */
export function firstDifference(text: Text, base: Text): number | undefined {
  const at = text.tokens.findIndex(({ id }, index) => base.tokens[index]?.id !== id);
  if (at === -1) {
    const isShorter = text.end !== undefined && base.tokens.length > text.tokens.length;
    return isShorter ? text.tokens.length : undefined;
  }
  // The base may not have come so far.
  return at < base.tokens.length || base.end !== undefined ? at : undefined;
}

/** KL in nats that is shaded as strongly as any above it. */
export const mostDivergence = 2;

/** How strongly a token is shaded, 0 … 1. */
export function shadeOf({ base }: TextToken): number {
  return Math.min(1, (base?.divergence ?? 0) / mostDivergence);
}
