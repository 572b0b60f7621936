/** A place among rows of possibly different lengths. */
export interface Position {
  readonly row: number;
  readonly column: number;
}

/** Rows that PageUp and PageDown go. */
const page = 8;

/** Where a key leads from here, in rows of these lengths; undefined if the key is not for moving. */
export function moved(
  from: Position,
  key: string,
  isControl: boolean,
  lengths: readonly number[],
): Position | undefined {
  const last = lengths.length - 1;
  const { row, column } = from;
  switch (key) {
    case 'ArrowUp':
      return clamped({ row: row - 1, column }, lengths);
    case 'ArrowDown':
      return clamped({ row: row + 1, column }, lengths);
    case 'ArrowLeft':
      return clamped({ row, column: column - 1 }, lengths);
    case 'ArrowRight':
      return clamped({ row, column: column + 1 }, lengths);
    case 'PageUp':
      return clamped({ row: row - page, column }, lengths);
    case 'PageDown':
      return clamped({ row: row + page, column }, lengths);
    case 'Home':
      return clamped({ row: isControl ? 0 : row, column: 0 }, lengths);
    case 'End':
      return clamped({ row: isControl ? last : row, column: Number.MAX_SAFE_INTEGER }, lengths);
    default:
      return undefined;
  }
}

/** The nearest place that exists. */
export function clamped({ row, column }: Position, lengths: readonly number[]): Position {
  const nearest = Math.max(0, Math.min(row, lengths.length - 1));
  return { row: nearest, column: Math.max(0, Math.min(column, (lengths[nearest] ?? 1) - 1)) };
}
