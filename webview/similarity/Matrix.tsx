import { useRef, useState } from 'preact/hooks';
import { clamped, moved, type Position } from '../components/gridKeys.ts';
import { HoverText, type Rectangle } from '../components/HoverCard.tsx';
import { t } from '../strings.ts';
import { type Board, type Field, fieldName, isSamePair } from './board.ts';
import { fieldPlaces } from './fieldsBox.ts';
import { fieldValue } from './fieldText.ts';
import { MatrixCanvas } from './MatrixCanvas.tsx';
import { MatrixHeadings } from './MatrixHeadings.tsx';
import { fieldId, MatrixRow } from './MatrixRow.tsx';
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
  const { order, names, controls, rows } = board;
  const fields = useRef<HTMLDivElement>(null);
  const [position, setPosition] = useState(() => positionOf(selected, board));
  const [hover, setHover] = useState<Position>();
  const [hasFocus, setFocus] = useState(false);
  const lengths = rows.map((each) => each.length);
  const here = clamped(position, lengths);
  const fieldAt = (at: Position | undefined) => at && rows[at.row]?.[at.column];
  const choose = (at: Position) => {
    setPosition(at);
    const field = fieldAt(at);
    if (isKnown && field !== undefined && !field.isSelf) onSelect(field.place);
  };
  const press = (event: KeyboardEvent) => {
    const to = moved(here, event.key, event.ctrlKey || event.metaKey, lengths);
    if (event.key === 'Enter') choose(here);
    else if (to !== undefined) setPosition(to);
    else return;
    event.preventDefault();
  };
  const pointed = hover ?? (hasFocus ? here : undefined);
  const every = labelledEvery(order.length);
  return (
    <div class="matrix-frame">
      <div
        class={controls.length > 0 ? 'matrix with-controls' : 'matrix'}
        role="grid"
        tabIndex={0}
        aria-label={t('Similarity of {0} subjects', order.length)}
        aria-activedescendant={fieldId(here.row, here.column)}
        aria-rowcount={order.length + 1}
        aria-colcount={order.length + controls.length + 1}
        style={{
          '--fields': order.length + controls.length,
          '--rows': order.length,
          '--longest': longest(names),
        }}
        onKeyDown={press}
        onFocus={() => setFocus(true)}
        onBlur={() => setFocus(false)}
      >
        <MatrixHeadings count={order.length} controls={controls} every={every} />
        {order.map((subject, row) => (
          <MatrixRow
            key={subject}
            row={row}
            name={names[subject] ?? ''}
            isLabelled={row % every === 0}
            current={here.row === row ? fieldAt(here) : undefined}
            column={here.row === row ? here.column : -1}
            isSelected={here.row === row && isSelected(fieldAt(here), selected)}
            isKnown={isKnown}
          />
        ))}
        <div class="matrix-fields" ref={fields} role="presentation">
          <MatrixCanvas board={board} onChoose={choose} onHover={setHover} />
          {samePair(board, selected).map((at) => (
            <Mark key={`${at.row}-${at.column}`} kind="selected" at={at} board={board} />
          ))}
          {hover && fieldAt(hover)?.isSelf === false && <Mark kind="hovered" at={hover} board={board} />}
          <Mark kind="current" at={here} board={board} />
        </div>
      </div>
      {isKnown && <PointedText board={board} at={pointed} fields={fields.current} />}
    </div>
  );
}

interface MarkProps {
  readonly kind: 'selected' | 'hovered' | 'current';
  readonly at: Position;
  readonly board: Board;
}

/** A frame around a field. */
function Mark({ kind, at: { row, column }, board: { order } }: MarkProps) {
  const place = { '--row': row, '--column': column, '--gaps': column < order.length ? 0 : 1 };
  return <span class={`matrix-mark ${kind}`} style={place} aria-hidden="true" />;
}

interface PointedProps {
  readonly board: Board;
  readonly at: Position | undefined;
  readonly fields: HTMLElement | null;
}

/** The numbers of the field under the pointer, else of the one under the keyboard. */
function PointedText({ board, at, fields }: PointedProps) {
  const field = at && board.rows[at.row]?.[at.column];
  if (at === undefined || field === undefined || field.isSelf || fields === null) return null;
  const box = fields.getBoundingClientRect();
  const { step, left } = fieldPlaces(board, box);
  const top = box.top + at.row * step;
  const around: Rectangle = { top, bottom: top + step, left: box.left + left(at.column) };
  return <HoverText around={around} width={310} name={fieldName(field)} value={fieldValue(field)} />;
}

/** A pair of subjects is there twice. */
function samePair({ rows }: Board, place: Place | undefined): readonly Position[] {
  if (place === undefined) return [];
  return rows.flatMap((fields, row) =>
    fields.flatMap((field, column) => (isSelected(field, place) ? [{ row, column }] : [])),
  );
}

function isSelected(field: Field | undefined, place: Place | undefined): boolean {
  return field !== undefined && isSamePair(field.place, place);
}

function positionOf(place: Place | undefined, board: Board): Position {
  return samePair(board, place)[0] ?? { row: 0, column: 0 };
}

function longest(names: readonly string[]): number {
  return Math.max(1, ...names.map(({ length }) => length));
}

/** So that names of rows do not touch. */
function labelledEvery(subjects: number): number {
  return subjects <= 24 ? 1 : subjects <= 40 ? 2 : 4;
}
