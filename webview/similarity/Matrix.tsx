import { useRef } from 'preact/hooks';
import { HoverCard } from '../components/HoverCard.tsx';
import type { Position } from '../components/gridKeys.ts';
import { placeOf, useRoving } from '../components/useRoving.ts';
import { t } from '../strings.ts';
import { type Board, type Field, fieldName, isSamePair } from './board.ts';
import { fieldValue } from './fieldText.ts';
import { MatrixHeadings } from './MatrixHeadings.tsx';
import { MatrixRow } from './MatrixRow.tsx';
import type { Place } from './viewState.ts';

interface Props {
  readonly board: Board;
  readonly selected: Place | undefined;
  readonly onSelect: (place: Place) => void;
  /** Whether there are numbers; otherwise they are awaited. */
  readonly isKnown: boolean;
}

/** Subjects × subjects, and controls apart. One tab stop; arrows reach every field. */
export function Matrix({ board, selected, onSelect, isKnown }: Props) {
  const { order, names, controls, rows, scale } = board;
  const element = useRef<HTMLDivElement>(null);
  const lengths = rows.map((fields) => fields.length);
  const { here, move, onFocusIn } = useRoving(element, lengths, () => positionOf(selected, board));
  const fieldAt = (at: Position | undefined) => at && rows[at.row]?.[at.column];
  const choose = (field: Field | undefined) => {
    if (isKnown && field !== undefined && !field.isSelf) onSelect(field.place);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter') choose(fieldAt(here));
    else if (!move(event)) return;
    event.preventDefault();
  };
  const describe = (target: EventTarget | null) => {
    const field = fieldAt(placeOf(target));
    if (field === undefined || field.isSelf || !isKnown) return undefined;
    return { name: fieldName(field), value: fieldValue(field) };
  };
  const every = labelledEvery(order.length);
  return (
    <>
      <div
        ref={element}
        class={controls.length > 0 ? 'matrix with-controls' : 'matrix'}
        role="grid"
        aria-label={t('Similarity of {0} subjects', order.length)}
        aria-rowcount={order.length + 1}
        aria-colcount={order.length + controls.length + 1}
        style={{ '--fields': order.length + controls.length, '--longest': longest(names) }}
        onKeyDown={press}
        onClick={({ target }) => choose(fieldAt(placeOf(target)))}
        onFocusIn={onFocusIn}
      >
        <MatrixHeadings count={order.length} controls={controls} every={every} />
        {order.map((subject, row) => (
          <div class="matrix-row" role="row" key={subject} aria-rowindex={row + 2}>
            <span class="matrix-name" role="rowheader" title={names[subject]}>
              <span class={row % every === 0 ? '' : 'visually-hidden'}>
                <span class="matrix-number">{row + 1}</span> {names[subject]}
              </span>
            </span>
            <MatrixRow
              row={row}
              fields={rows[row] ?? []}
              scale={scale}
              subjects={order.length}
              current={here.row === row ? here.column : -1}
              selected={(rows[row] ?? []).findIndex((field) => isSamePair(field.place, selected))}
              isKnown={isKnown}
            />
          </div>
        ))}
      </div>
      <HoverCard around={element} describe={describe} width={310} />
    </>
  );
}

function positionOf(place: Place | undefined, { rows }: Board): Position {
  const here = (field: Field) => isSamePair(field.place, place);
  const row = rows.findIndex((fields) => fields.some(here));
  return row < 0 ? { row: 0, column: 0 } : { row, column: (rows[row] ?? []).findIndex(here) };
}

function longest(names: readonly string[]): number {
  return Math.max(1, ...names.map(({ length }) => length));
}

/** So that names of rows do not touch. */
function labelledEvery(subjects: number): number {
  return subjects <= 24 ? 1 : subjects <= 40 ? 2 : 4;
}
