import { ServerError } from '../../errors.ts';
import { MergeQueue } from './mergeQueue.ts';
import type { Part } from './part.ts';
import { byteIds, type TokenModel } from './vocabulary.ts';

/** Ids are below this, so that two of them are one number. */
const idRange = 2 ** 26;

/** By two ids as one number, the rank of their merge; by the rank, what they become. */
interface Merges {
  readonly ranks: ReadonlyMap<number, number>;
  readonly ids: readonly number[];
}

/** What is remembered of pre-tokens, which repeat. */
const remembered = { pieces: 20_000, length: 256 };

/** Byte-pair encoding (Sennrich et al. 2016) as `tokenizers` does it: of two merges of one rank the left one first. */
export function bpeOf(part: Part): TokenModel {
  for (const name of ['continuing_subword_prefix', 'end_of_word_suffix'])
    if ((part.text(name) ?? '') !== '') throw part.refuse(`the field ${name}`);
  if ((part.json['dropout'] ?? 0) !== 0) throw part.refuse('dropout');
  const ids = vocabularyOf(part);
  const merges = mergesOf(part, ids);
  const characters = charactersBy(part, ids);
  const ignoresMerges = part.flag('ignore_merges');
  const cache = new Map<string, readonly number[]>();
  const encode = (piece: string) => {
    const whole = ignoresMerges ? ids.get(piece) : undefined;
    return whole === undefined ? merged(characters(piece), merges) : [whole];
  };
  return {
    ids,
    encode(piece) {
      const known = cache.get(piece);
      if (known !== undefined) return known;
      const found = encode(piece);
      if (cache.size >= remembered.pieces) cache.clear();
      if (piece.length <= remembered.length) cache.set(piece, found);
      return found;
    },
  };
}

function vocabularyOf(part: Part): ReadonlyMap<string, number> {
  const vocabulary = part.part('vocab')?.json ?? {};
  const ids = new Map<string, number>();
  for (const token of Object.keys(vocabulary)) {
    const id = vocabulary[token];
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0 || id >= idRange)
      throw new ServerError('invalid-config', part.path, `has no whole number for ${JSON.stringify(token)}`);
    ids.set(token, id);
  }
  return ids;
}

function mergesOf(part: Part, ids: ReadonlyMap<string, number>): Merges {
  const ranks = new Map<number, number>();
  const merged = part.list('merges').map((entry, rank) => {
    const [left, right] = pairOf(entry);
    const [first, second, id] = [ids.get(left), ids.get(right), ids.get(left + right)];
    if (first === undefined || second === undefined || id === undefined)
      throw new ServerError('invalid-config', part.path, `has a merge ${rank} of what are no tokens`);
    ranks.set(first * idRange + second, rank);
    return id;
  });
  return { ranks, ids: merged };
}

/** Older files have both with a space between. */
function pairOf(entry: unknown): readonly [left: string, right: string] {
  const two: readonly unknown[] =
    typeof entry === 'string' ? entry.split(' ') : Array.isArray(entry) ? entry : [];
  const [left, right] = two;
  return two.length === 2 && typeof left === 'string' && typeof right === 'string' ? [left, right] : ['', ''];
}

/** The ids that merging begins with. */
function charactersBy(part: Part, ids: ReadonlyMap<string, number>): (piece: string) => number[] {
  const bytes = byteIds(part, ids);
  const unknownToken = part.text('unk_token');
  const unknown = unknownToken === undefined ? undefined : ids.get(unknownToken);
  const fuses = part.flag('fuse_unk');
  const encoder = new TextEncoder();
  return (piece) => {
    const found: number[] = [];
    let wasUnknown = false;
    for (const character of piece) {
      const id = ids.get(character);
      const isUnknown = id === undefined && bytes === undefined;
      if (id !== undefined) found.push(id);
      else if (bytes !== undefined)
        for (const byte of encoder.encode(character)) found.push(bytes[byte] ?? 0);
      else if (unknown !== undefined && !(fuses && wasUnknown)) found.push(unknown);
      wasUnknown = isUnknown;
    }
    return found;
  };
}

/** Merges what can be merged, lowest rank first. */
function merged(ids: number[], merges: Merges): readonly number[] {
  const next = ids.map((_, at) => at + 1);
  const before = ids.map((_, at) => at - 1);
  const isGone = new Uint8Array(ids.length);
  const at = (place: number) => ids[place] ?? 0;
  const rankAt = (place: number) => {
    const right = next[place] ?? ids.length;
    return place < 0 || right >= ids.length ? undefined : merges.ranks.get(at(place) * idRange + at(right));
  };
  const queue = new MergeQueue();
  const offer = (place: number) => {
    const rank = rankAt(place);
    if (rank !== undefined) queue.push(rank, place);
  };
  for (const place of ids.keys()) offer(place);
  for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
    const { rank, place } = top;
    if (isGone[place] === 1 || rankAt(place) !== rank) continue;
    const right = next[place] ?? ids.length;
    ids[place] = merges.ids[rank] ?? 0;
    isGone[right] = 1;
    const after = next[right] ?? ids.length;
    next[place] = after;
    if (after < ids.length) before[after] = place;
    offer(before[place] ?? -1);
    offer(place);
  }
  return ids.filter((_, place) => isGone[place] === 0);
}
