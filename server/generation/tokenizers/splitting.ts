import type { Part } from './part.ts';

/** What becomes of the matches of a pattern, as in `tokenizers`' `SplitDelimiterBehavior`. */
export type Behavior = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';

const behaviors: readonly Behavior[] = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
];

/** Refuses one that is not known. */
export function behaviorOf(part: Part, absent: Behavior = 'Isolated'): Behavior {
  const said = part.text('behavior') ?? absent;
  const known = behaviors.find((each) => each === said);
  if (known === undefined) throw part.refuse(`the behavior ${JSON.stringify(said)}`);
  return known;
}

interface Piece {
  readonly text: string;
  readonly isMatch: boolean;
}

/** A text split at the matches of a pattern, or with `isInverted` at what lies between them; without empty pieces. */
export function split(
  text: string,
  pattern: RegExp,
  { behavior, isInverted = false }: { readonly behavior: Behavior; readonly isInverted?: boolean },
): readonly string[] {
  const found = piecesOf(text, pattern);
  const pieces = isInverted ? found.map((piece) => ({ ...piece, isMatch: !piece.isMatch })) : found;
  return arranged(pieces, behavior).filter((piece) => piece !== '');
}

function piecesOf(text: string, pattern: RegExp): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (end < index) pieces.push({ text: text.slice(end, index), isMatch: false });
    pieces.push({ text: match, isMatch: true });
    end = index + match.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isMatch: false });
  return pieces;
}

function arranged(pieces: readonly Piece[], behavior: Behavior): readonly string[] {
  switch (behavior) {
    case 'Isolated':
      return pieces.map(({ text }) => text);
    case 'Removed':
      return pieces.filter(({ isMatch }) => !isMatch).map(({ text }) => text);
    case 'Contiguous':
      return joinedWhere(pieces, (piece, before) => piece.isMatch === before?.isMatch);
    case 'MergedWithPrevious':
      return joinedWhere(pieces, (piece, before) => piece.isMatch && before?.isMatch === false);
    case 'MergedWithNext':
      return joinedWhere(pieces, (piece, before) => !piece.isMatch && before?.isMatch === true);
  }
}

/** Each piece behind the one before it where `isJoined`. */
function joinedWhere(
  pieces: readonly Piece[],
  isJoined: (piece: Piece, before: Piece | undefined) => boolean,
): readonly string[] {
  const joined: string[] = [];
  for (const [at, piece] of pieces.entries()) {
    const last = joined.length - 1;
    if (last >= 0 && isJoined(piece, pieces[at - 1])) joined[last] += piece.text;
    else joined.push(piece.text);
  }
  return joined;
}
