import type { Position, Range } from '../../../server/recipes/diagnostic.ts';

/** A text without its «marks», and what they enclosed, in order: tests then show what is underlined where it is. */
export function unmarked(marked: string): { readonly text: string; readonly ranges: readonly Range[] } {
  const ranges: Range[] = [];
  let text = '';
  let start: Position | undefined;
  for (const character of marked) {
    if (character === '«') start = positionAtEnd(text);
    else if (character === '»' && start !== undefined) ranges.push({ start, end: positionAtEnd(text) });
    else text += character;
  }
  return { text, ranges };
}

function positionAtEnd(text: string): Position {
  const lines = text.split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}
