import { ServerError } from '../../errors.ts';
import type { Part } from './part.ts';
import { byteIds, type TokenModel } from './vocabulary.ts';

/** What an unknown character costs beyond the least likely token, as in SentencePiece. */
const unknownPenalty = 10;

interface Pieces {
  readonly ids: ReadonlyMap<string, number>;
  readonly scores: readonly number[];
  /** Of the longest token, in UTF-16. */
  readonly longest: number;
  readonly unknown: number | undefined;
  readonly unknownScore: number;
}

/** The likeliest tokens of a unigram language model (Kudo 2018), as `tokenizers` finds them. */
export function unigramOf(part: Part): TokenModel {
  const pieces = piecesOf(part);
  const bytes = byteIds(part, pieces.ids);
  const encoder = new TextEncoder();
  const idsOf = (token: string): readonly number[] => {
    const id = pieces.ids.get(token);
    if (id !== undefined) return [id];
    if (bytes !== undefined) return Array.from(encoder.encode(token), (byte) => bytes[byte] ?? 0);
    if (pieces.unknown === undefined) throw part.refuse('characters without a token, and no unknown token');
    return [pieces.unknown];
  };
  return { ids: pieces.ids, encode: (piece) => likeliest(piece, pieces).flatMap(idsOf) };
}

function piecesOf(part: Part): Pieces {
  const entries = part.list('vocab').map((entry, id) => {
    const [token, score]: readonly unknown[] = Array.isArray(entry) ? entry : [];
    if (typeof token !== 'string' || typeof score !== 'number')
      throw new ServerError('invalid-config', part.path, `has no text and score for the token ${id}`);
    return { token, score };
  });
  const unknown = part.json['unk_id'] ?? undefined;
  if (unknown !== undefined && (typeof unknown !== 'number' || unknown >= entries.length))
    throw new ServerError('invalid-config', part.path, 'has an unk_id that is no token');
  const scores = entries.map(({ score }) => score);
  return {
    ids: new Map(entries.map(({ token }, id) => [token, id])),
    scores,
    longest: entries.reduce((most, { token }) => Math.max(most, token.length), 0),
    unknown,
    unknownScore: scores.reduce((least, score) => Math.min(least, score), Infinity) - unknownPenalty,
  };
}

interface Best {
  readonly score: number;
  readonly from: number;
  readonly isUnknown: boolean;
}

/** Viterbi's path; unknown characters that follow each other are one token. Of paths that are as likely, the first found. */
function likeliest(piece: string, pieces: Pieces): readonly string[] {
  const best: (Best | undefined)[] = [{ score: 0, from: 0, isUnknown: false }];
  const offer = (to: number, next: Best) => {
    const known = best[to];
    if (known === undefined || next.score > known.score) best[to] = next;
  };
  for (let from = 0; from < piece.length;) {
    const width = (piece.codePointAt(from) ?? 0) > 0xffff ? 2 : 1;
    const here = best[from]?.score ?? 0;
    let isSingle = false;
    const last = Math.min(piece.length, from + pieces.longest);
    for (let to = from + width; to <= last; to++) {
      const id = pieces.ids.get(piece.slice(from, to));
      if (id === undefined) continue;
      offer(to, { score: here + (pieces.scores[id] ?? 0), from, isUnknown: id === pieces.unknown });
      isSingle ||= to === from + width;
    }
    if (!isSingle) offer(from + width, { score: here + pieces.unknownScore, from, isUnknown: true });
    from += width;
  }
  return traced(piece, best);
}

function traced(piece: string, best: readonly (Best | undefined)[]): readonly string[] {
  const tokens: string[] = [];
  let wasUnknown = false;
  for (let end = piece.length; end > 0;) {
    const { from, isUnknown } = best[end] ?? { from: 0, isUnknown: false };
    const text = piece.slice(from, end);
    if (isUnknown && wasUnknown) tokens[tokens.length - 1] = text + (tokens.at(-1) ?? '');
    else tokens.push(text);
    wasUnknown = isUnknown;
    end = from;
  }
  return tokens.toReversed();
}
