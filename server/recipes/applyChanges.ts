import type { TextChange } from '#protocol/check.ts';
import { Lines } from './lines.ts';

/** A text with changes made that do not overlap; all ranges are those of the text as it was. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  const lines = new Lines(text);
  const placed = changes.map(({ range: { start, end }, newText }) => {
    return { start: lines.offsetAt(start), end: lines.offsetAt(end), newText };
  });
  return placed
    .toSorted((one, other) => other.start - one.start)
    .reduce(
      (changed, { start, end, newText }) => changed.slice(0, start) + newText + changed.slice(end),
      text,
    );
}
