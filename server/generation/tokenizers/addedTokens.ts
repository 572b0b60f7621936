import type { Normalizer } from './normalizers.ts';
import { endWithout } from '../spaces.ts';
import type { Part } from './part.ts';

/** A token that is found in the text itself, before anything is split. */
interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly isWord: boolean;
  readonly takesLeft: boolean;
  readonly takesRight: boolean;
  readonly isNormalized: boolean;
}

/** A piece of a text, or the token that it is. */
export type Found = { readonly text: string; readonly isFirst: boolean } | { readonly id: number };

const spaceAfter = /^\p{White_Space}*/u;
const wordBefore = /(?:^|[^])[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const wordAfter = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

/** The tokens of `added_tokens`, and how a text is split at them, as `tokenizers`' `AddedVocabulary` does. */
export class AddedTokens {
  /** Contents by id. */
  readonly contents: ReadonlyMap<number, string>;
  readonly #normalize: Normalizer;
  readonly #plain: Search;
  readonly #normalized: Search;

  constructor(parts: readonly Part[], normalize: Normalizer) {
    const tokens = parts.map(tokenOf).filter(({ content }) => content !== '');
    this.contents = new Map(tokens.map(({ id, content }) => [id, content]));
    this.#normalize = normalize;
    const [plain, normalized] = [false, true].map((is) =>
      tokens.filter((token) => token.isNormalized === is),
    );
    this.#plain = new Search(plain ?? [], (content) => content);
    this.#normalized = new Search(normalized ?? [], normalize);
  }

  /** Tokens that are found as they are, then, in what is between and normalized, the others. */
  split(text: string): readonly Found[] {
    return this.#plain.split(text).flatMap((piece, at): readonly Found[] => {
      if ('id' in piece) return [piece];
      return this.#normalized.split(this.#normalize(piece.text)).map((inner, place) => {
        if ('id' in inner) return inner;
        return { text: inner.text, isFirst: at === 0 && place === 0 };
      });
    });
  }
}

function tokenOf(part: Part): AddedToken {
  const isSpecial = part.flag('special');
  return {
    id: part.whole('id', Number.NaN),
    content: part.text('content') ?? '',
    isWord: part.flag('single_word'),
    takesLeft: part.flag('lstrip'),
    takesRight: part.flag('rstrip'),
    isNormalized: part.flag('normalized', !isSpecial),
  };
}

/** The leftmost token, and of those the longest. */
class Search {
  readonly #tokens = new Map<string, AddedToken>();
  readonly #pattern: RegExp | undefined;

  constructor(tokens: readonly AddedToken[], written: (content: string) => string) {
    for (const token of tokens) {
      const content = written(token.content);
      if (content !== '' && !this.#tokens.has(content)) this.#tokens.set(content, token);
    }
    const longestFirst = [...this.#tokens.keys()].toSorted((a, b) => b.length - a.length);
    const source = longestFirst.map((each) => each.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`));
    this.#pattern = source.length === 0 ? undefined : new RegExp(source.join('|'), 'gu');
  }

  split(text: string): readonly ({ readonly text: string } | { readonly id: number })[] {
    if (this.#pattern === undefined) return text === '' ? [] : [{ text }];
    const found: ({ readonly text: string } | { readonly id: number })[] = [];
    let done = 0;
    for (const { 0: content, index } of text.matchAll(this.#pattern)) {
      const token = this.#tokens.get(content);
      const [before, after] = [text.slice(0, index), text.slice(index + content.length)];
      if (
        token === undefined ||
        (token.isWord && (wordBefore.test(before.slice(-2)) || wordAfter.test(after)))
      )
        continue;
      const start = Math.max(done, token.takesLeft ? endWithout(before) : index);
      if (done < start) found.push({ text: text.slice(done, start) });
      found.push({ id: token.id });
      done = index + content.length + (token.takesRight ? (spaceAfter.exec(after)?.[0].length ?? 0) : 0);
    }
    if (done < text.length) found.push({ text: text.slice(done) });
    return found;
  }
}
