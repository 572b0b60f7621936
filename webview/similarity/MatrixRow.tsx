import { useMemo } from 'preact/hooks';
import { level } from '../layers/colorScale.ts';
import { type Field, valueOf } from './board.ts';
import { spokenField } from './fieldText.ts';
import type { DivergingScale } from './scale.ts';

interface Props {
  readonly row: number;
  readonly fields: readonly Field[];
  readonly scale: DivergingScale;
  /** How many of the fields are subjects; after them is a gap. */
  readonly subjects: number;
  /** Columns; −1 where it is in another row. */
  readonly current: number;
  readonly selected: number;
  readonly isKnown: boolean;
}

/** The fields of one row. They are made anew only when something in them has changed: a step with an arrow is two rows, not sixty-four. */
export function MatrixRow({ row, fields, scale, subjects, current, selected, isKnown }: Props) {
  return useMemo(
    () => (
      <>
        {fields.map((field, column) => (
          <span
            key={column}
            role="gridcell"
            class={`matrix-cell ${lookOf(field, scale)}${column === subjects ? ' apart' : ''}${column === selected ? ' selected' : ''}`}
            style={{ '--level': levelOf(field, scale) }}
            data-row={row}
            data-column={column}
            tabIndex={column === current ? 0 : -1}
            aria-label={spokenField(field, isKnown)}
            aria-selected={column === selected}
            aria-colindex={column + 2}
          />
        ))}
      </>
    ),
    [row, fields, scale, subjects, current, selected, isKnown],
  );
}

function levelOf(field: Field, scale: DivergingScale): number {
  return level(Math.abs(valueOf(field, scale) ?? 0), scale);
}

function lookOf(field: Field, scale: DivergingScale): string {
  if (field.isSelf) return 'self';
  const value = valueOf(field, scale);
  const flag = field.hasFlag ? ' flagged' : '';
  if (value === null) return `hatched${flag}`;
  return `cell-mark${value < 0 ? ' below' : ''}${flag}`;
}
