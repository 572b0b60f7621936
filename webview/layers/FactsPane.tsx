import { t } from '../strings.ts';
import { CellFacts } from './CellFacts.tsx';
import type { CellActions } from './cellActions.ts';
import type { Cell } from './grid.ts';
import type { Numbers } from './reading.ts';

interface Props {
  readonly selected: Cell | undefined;
  readonly pinned: Cell | undefined;
  readonly numbers: Numbers;
  readonly onUnpin: () => void;
  readonly actions: CellActions;
  /** Narrows the recipe to the field. */
  readonly onAdd: (cell: Cell) => void;
  /** Narrows the picture to the layer. */
  readonly onOnly: (layer: number) => void;
}

/** The facts of what is selected, beside those of what is pinned. */
export function FactsPane({ selected, pinned, actions, onAdd, onOnly, ...others }: Props) {
  const shared = { ...others, onCopy: actions.copy };
  const other = selected?.key === pinned?.key ? undefined : selected;
  return (
    <aside class={selected || pinned ? 'facts-pane' : 'facts-pane facts-none'} aria-label={t('Selected')}>
      {pinned && <CellFacts cell={pinned} isPinned {...shared} />}
      {other && <CellFacts cell={other} isPinned={false} {...shared} />}
      {selected && <Actions cell={selected} actions={actions} onAdd={onAdd} onOnly={onOnly} />}
      {!selected && !pinned && (
        <p class="quiet">
          {t('Select a field to see its norm, its rank and its spectrum. Space pins it, t shows the table.')}
        </p>
      )}
    </aside>
  );
}

interface ActionsProps extends Pick<Props, 'actions' | 'onAdd' | 'onOnly'> {
  readonly cell: Cell;
}

function Actions({ cell, actions, onAdd, onOnly }: ActionsProps) {
  const { layer, tensors } = cell;
  const { openTensor, showInHeader, showSpectrum, recipe } = actions;
  const [first, second] = tensors;
  const only = second === undefined ? first : undefined;
  return (
    <div class="facts-actions">
      {only && <Link text={t('Open tensor')} onClick={() => openTensor(only.name)} />}
      {only && only.shape.length > 1 && (
        <Link text={t('Show spectrum')} onClick={() => showSpectrum(only.name)} />
      )}
      {only && <Link text={t('Show in header')} onClick={() => showInHeader(only.name)} />}
      {recipe && first && <Link text={t('Show in recipe')} onClick={() => recipe.show(first.name)} />}
      {recipe && <Link text={t('Add to recipe')} onClick={() => onAdd(cell)} />}
      {layer !== null && <Link text={t('Only this layer')} onClick={() => onOnly(layer)} />}
    </div>
  );
}

function Link({ text, onClick }: { readonly text: string; readonly onClick: () => void }) {
  return (
    <button type="button" class="link" onClick={onClick}>
      {text}
    </button>
  );
}
