import { percent } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import type { Grid } from './grid.ts';
import { stacked } from './layerStacks.ts';
import { sumOf, valueOf } from './metrics.ts';
import { groupName } from '../moduleNames.ts';
import type { Numbers } from './reading.ts';
import type { Range } from './viewState.ts';

interface Props {
  readonly grid: Grid;
  readonly numbers: Numbers;
  readonly range: Range | undefined;
  readonly onRange: (range: undefined) => void;
}

/** Under the bars: what their colours mean, and which layers are shown. Its height is the same with and without. */
export function RangeLine({ grid, numbers, range, onRange }: Props) {
  const groups = stacked.filter((group) => grid.columns.some((column) => column.group === group));
  return (
    <div class="range-line">
      {groups.map((group) => (
        <span class="legend-item" key={group}>
          <span class={`swatch series-${stacked.indexOf(group)}`} aria-hidden="true" /> {groupName(group)}
        </span>
      ))}
      {range !== undefined && (
        <span class="range-chosen">
          {rangeText(range, grid, numbers)}
          <button type="button" class="link" onClick={() => onRange(undefined)}>
            {t('Show all layers')}
          </button>
        </span>
      )}
    </div>
  );
}

function rangeText({ first, last }: Range, { layers }: Grid, { rows, total }: Numbers): string {
  const tensors = layers.slice(first, last + 1).flatMap((row) => row.flatMap((cell) => cell?.tensors ?? []));
  const share = percent(valueOf('share', sumOf(tensors, rows), total));
  return first === last
    ? t('Layer {0}: {1} of ‖w‖²', first, share)
    : t('Layers {0}–{1}: {2} of ‖w‖²', first, last, share);
}
