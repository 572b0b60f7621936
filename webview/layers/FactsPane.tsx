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
  /** Absent where no model holds the tensors as they are named here. */
  readonly onOpen: (name: string) => void;
  /** Opens the Spectrum panel at the tensor. */
  readonly onSpectrum: (name: string) => void;
  /** Narrows the picture to the layer. */
  readonly onOnly: (layer: number) => void;
}

/** The facts of what is selected, beside those of what is pinned. */
export function FactsPane({ selected, pinned, onShow, onOpen, onSpectrum, onOnly, ...shared }: Props) {
  const other = selected?.key === pinned?.key ? undefined : selected;
  return (
    <aside class={selected || pinned ? 'facts-pane' : 'facts-pane facts-none'} aria-label={t('Selected')}>
      {pinned && <CellFacts cell={pinned} isPinned {...shared} />}
      {other && <CellFacts cell={other} isPinned={false} {...shared} />}
      {selected && <Actions cell={selected} {...{ onShow, onOpen, onSpectrum, onOnly }} />}
      {!selected && !pinned && (
        <p class="quiet">
          {t('Select a field to see its norm, its rank and its spectrum. Space pins it, t shows the table.')}
        </p>
      )}
    </aside>
  );
}

interface ActionsProps extends Pick<Props, 'onShow' | 'onOpen' | 'onSpectrum' | 'onOnly'> {
  readonly cell: Cell;
}

function Actions({ cell: { layer, tensors }, onShow, onOpen, onSpectrum, onOnly }: ActionsProps) {
  const only = tensors.length === 1 ? tensors[0] : undefined;
  return (
    <div class="facts-actions">
      {only && (
        <button type="button" class="link" onClick={() => onOpen(only.name)}>
          {t('Open tensor')}
        </button>
      )}
      {only && only.shape.length > 1 && (
        <button type="button" class="link" onClick={() => onSpectrum(only.name)}>
          {t('Show spectrum')}
        </button>
      )}
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
