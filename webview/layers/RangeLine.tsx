import { percent } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { type Brush, isBrushed } from './brush.ts';
import type { Grid } from './grid.ts';
import { stacked, stackedGroups } from './layerStacks.ts';
import { sumOf, valueOf } from './metrics.ts';
import { groupName } from '../moduleNames.ts';
import type { Numbers } from './reading.ts';
import { shortModule } from './names.ts';
import type { TensorPlace } from '#protocol/analysis.ts';

interface Props {
  readonly grid: Grid;
  readonly numbers: Numbers;
  /** As far as they are brushed. */
  readonly tensors: readonly TensorPlace[];
  readonly brush: Brush;
  /** Absent where there is no recipe. */
  readonly onAdd: (() => void) | undefined;
  readonly onAll: () => void;
  /** What came of the last addition. */
  readonly said: string | undefined;
}

/** Under the bars: what their colours mean, what is brushed, and what can be done with that. Its height is the same with and without. */
export function RangeLine({ grid, numbers, tensors, brush, onAdd, onAll, said }: Props) {
  const isBrushing = brush.range !== undefined || brush.modules !== undefined;
  const groups = stackedGroups(grid);
  return (
    <div class="range-line">
      {groups.map((group) => (
        <span class="legend-item" key={group}>
          <span class={`swatch series-${stacked.indexOf(group)}`} aria-hidden="true" /> {groupName(group)}
        </span>
      ))}
      <span class="range-chosen">
        <span role="status">{isBrushing ? brushText(brush, grid, sharePercent(tensors, numbers)) : ''}</span>
        {isBrushing && (
          <>
            {onAdd ? (
              <button
                type="button"
                class="link"
                onClick={onAdd}
                title={t('Narrows what the recipe moves to this')}
              >
                {t('Add to recipe')}
              </button>
            ) : (
              <span
                class="quiet"
                title={t('What is shown is no recipe. A recipe that uses it can be narrowed.')}
              >
                {t('Only recipes can be narrowed')}
              </span>
            )}
            <button type="button" class="link" onClick={onAll}>
              {t('Show all')}
            </button>
          </>
        )}
      </span>
      <span class="range-said" role="status">
        {said}
      </span>
    </div>
  );
}

function sharePercent(tensors: readonly TensorPlace[], { rows, total }: Numbers): string {
  return percent(valueOf('share', sumOf(tensors, rows), total));
}

function brushText({ range, modules }: Brush, { columns }: Grid, share: string): string {
  const chosen = modules === undefined ? [] : columns.filter((column) => isBrushed(column, modules));
  const names = chosen.map(({ module }) => shortModule(module)).join(', ');
  if (range === undefined) return t('{0} in all layers: {1} of ‖w‖²', names, share);
  const { first, last } = range;
  const where = first === last ? t('Layer {0}', first) : t('Layers {0}–{1}', first, last);
  return names === '' ? t('{0}: {1} of ‖w‖²', where, share) : t('{0}, {1}: {2} of ‖w‖²', where, names, share);
}
