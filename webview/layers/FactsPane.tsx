import { t } from '../strings.ts';
import { CellFacts } from './CellFacts.tsx';
import type { Cell } from './grid.ts';
import type { Numbers } from './reading.ts';

interface Props {
  readonly selected: Cell | undefined;
  readonly pinned: Cell | undefined;
  readonly numbers: Numbers;
  readonly onUnpin: () => void;
  readonly onCopy: (text: string) => void;
  /** Absent where there is no recipe to show. */
  readonly onShow: (() => void) | undefined;
  /** Narrows the picture to the layer. */
  readonly onOnly: (layer: number) => void;
}

/** The facts of what is selected, beside those of what is pinned. */
export function FactsPane({ selected, pinned, onShow, onOnly, ...shared }: Props) {
  const other = selected?.key === pinned?.key ? undefined : selected;
  return (
    <aside class={selected || pinned ? 'facts-pane' : 'facts-pane facts-none'} aria-label={t('Selected')}>
      {pinned && <CellFacts cell={pinned} isPinned {...shared} />}
      {other && <CellFacts cell={other} isPinned={false} {...shared} />}
      {selected && <Actions layer={selected.layer} onShow={onShow} onOnly={onOnly} />}
      {!selected && !pinned && (
        <p class="quiet">
          {t('Select a field to see its norm, its rank and its spectrum. Space pins it, t shows the table.')}
        </p>
      )}
    </aside>
  );
}

interface ActionsProps extends Pick<Props, 'onShow' | 'onOnly'> {
  readonly layer: number | null;
}

function Actions({ layer, onShow, onOnly }: ActionsProps) {
  return (
    <div class="facts-actions">
      {onShow && (
        <button type="button" class="link" onClick={onShow}>
          {t('Show in recipe')}
        </button>
      )}
      {layer !== null && (
        <button type="button" class="link" onClick={() => onOnly(layer)}>
          {t('Only this layer')}
        </button>
      )}
    </div>
  );
}
