import { t } from '../strings.ts';
import { type ColorScale, level } from './colorScale.ts';
import type { Cell, Column } from './grid.ts';
import type { Position } from '../components/gridKeys.ts';
import type { Metric } from './metrics.ts';
import { groupName } from '../moduleNames.ts';
import { spokenCell, spokenModule } from './names.ts';
import { type Reading, spokenReading } from './reading.ts';

interface Props {
  readonly at: Position;
  /** Undefined where the direction is zero. */
  readonly cell: Cell | undefined;
  readonly place: { readonly layer: number; readonly column: Column | undefined };
  readonly reading: Reading | undefined;
  readonly metric: Metric;
  readonly scale: ColorScale;
  /** Where the keyboard is. */
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  readonly isPinned: boolean;
  /** Not among what is brushed. */
  readonly isOutside: boolean;
}

/** One field: its colour is the value, and its label says it. Where it stands apart, its name stands before it. */
export function HeatCell(props: Props) {
  const { at, cell, reading, scale, isCurrent, isSelected, isPinned, isOutside } = props;
  const kind = reading === undefined ? 'blank' : reading.kind === 'known' ? '' : 'hatched';
  const value = reading?.kind === 'known' ? level(reading.value, scale) : 0;
  const state = `${isSelected ? 'selected' : ''} ${isPinned ? 'pinned' : ''} ${isOutside ? 'outside' : ''}`;
  const field = (
    <span
      role="gridcell"
      class={`heat-cell cell-mark ${kind} ${state}`}
      style={{ '--level': value }}
      data-row={at.row}
      data-column={at.column}
      tabIndex={isCurrent ? 0 : -1}
      aria-label={spoken(props)}
      aria-selected={isSelected}
      aria-colindex={cell?.layer === null ? at.column + 1 : at.column + 2}
    />
  );
  if (cell === undefined || cell.module !== null) return field;
  return (
    <span class="apart-item" role="presentation">
      <span aria-hidden="true">{groupName(cell.group)}</span>
      {field}
    </span>
  );
}

function spoken({ cell, place, reading, metric, isPinned }: Props): string {
  if (cell === undefined || reading === undefined) {
    return t('layer {0}, {1}, no change', place.layer, spokenModule(place.column?.module ?? ''));
  }
  const text = `${spokenCell(cell)}, ${spokenReading(reading, metric)}`;
  return isPinned ? t('{0}, pinned', text) : text;
}
