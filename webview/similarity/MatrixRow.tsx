import { useMemo } from 'preact/hooks';
import type { Field } from './board.ts';
import { spokenField } from './fieldText.ts';

interface Props {
  readonly row: number;
  readonly name: string;
  /** Whether there is room for the name. */
  readonly isLabelled: boolean;
  /** The field that the keyboard is at; undefined where it is in another row. */
  readonly current: Field | undefined;
  /** Its column. */
  readonly column: number;
  readonly isSelected: boolean;
  readonly isKnown: boolean;
}

/** The id of the field that the keyboard is at, for `aria-activedescendant`; another for each. */
export function fieldId(row: number, column: number): string {
  return `field-${row}-${column}`;
}

/** The name of a row, and of its fields the one that the keyboard is at: the others are drawn, and nobody could tell them apart by ear. */
export function MatrixRow({ row, name, isLabelled, current, column, isSelected, isKnown }: Props) {
  return useMemo(
    () => (
      <div class="matrix-row" role="row" aria-rowindex={row + 2}>
        <span class="matrix-name" role="rowheader" title={name}>
          <span class={isLabelled ? '' : 'visually-hidden'}>
            <span class="matrix-number">{row + 1}</span> {name}
          </span>
        </span>
        {current && (
          <span
            key={column}
            id={fieldId(row, column)}
            class="matrix-current"
            role="gridcell"
            aria-label={spokenField(current, isKnown)}
            aria-selected={isSelected}
            aria-colindex={column + 2}
            style={{ gridColumn: column + 2 }}
          />
        )}
      </div>
    ),
    [row, name, isLabelled, current, column, isSelected, isKnown],
  );
}
