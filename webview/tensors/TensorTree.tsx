import type { OpenedModel } from '#protocol/viewer.ts';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { windowOf } from '../components/window.ts';
import { t } from '../strings.ts';
import { TreeHead } from './TreeHead.tsx';
import { treeStep } from './treeKeys.ts';
import { TreeLine } from './TreeLine.tsx';
import type { TreeRow } from './treeRows.ts';
import { useRevealed } from './useRevealed.ts';
import type { ChangeState, ViewState } from './viewState.ts';

interface Props {
  readonly model: OpenedModel;
  readonly rows: readonly TreeRow[];
  readonly state: ViewState;
  readonly change: ChangeState;
  readonly onCopy: (text: string) => void;
}

/** As in base.css. */
const rowHeight = 22;

/** One tab stop; the keys are those of VS Code's trees. Only rows in view, and a few around them, are there. */
export function TensorTree({ model, rows, state, change, onCopy }: Props) {
  const tree = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [active, setActive] = useState(state.selected ?? '');
  const at = Math.max(
    0,
    rows.findIndex(({ key }) => key === active),
  );
  const look = () => {
    const element = tree.current;
    if (element !== null) setView({ top: element.scrollTop, height: element.clientHeight });
  };
  useLayoutEffect(() => {
    look();
    const watcher = new ResizeObserver(look);
    if (tree.current !== null) watcher.observe(tree.current);
    return () => watcher.disconnect();
  }, []);
  const toggle = (key: string) => change({ toggled: withOrWithout(state.toggled, key) });
  const press = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 2);
    const step = treeStep(event, at, rows, page);
    if (step === undefined) return;
    event.preventDefault();
    if (step.kind === 'toggle') toggle(step.key);
    else if (step.kind === 'open') change({ selected: step.name });
    else if (step.kind === 'copy') onCopy(step.name);
    else {
      setActive(rows[step.to]?.key ?? '');
      if (tree.current !== null) reveal(tree.current, step.to);
    }
  };
  const choose = (row: TreeRow) => {
    setActive(row.key);
    if (row.kind === 'group') toggle(row.key);
    else change({ selected: row.key });
  };
  const show = (row: number) => {
    setActive(rows[row]?.key ?? '');
    if (tree.current !== null) reveal(tree.current, row);
  };
  useRevealed({ columns: model.tensors, rows, state }, show, toggle);
  const { first, last } = windowOf(rows.length, rowHeight, view);
  return (
    <div
      ref={tree}
      class="table tree"
      role="treegrid"
      tabIndex={0}
      aria-label={t('Tensors')}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={rows.length > 0 ? `row-${at}` : undefined}
      onScroll={look}
      onKeyDown={press}
    >
      <div class="table-body" role="presentation">
        <TreeHead sorting={state.sorting} onSort={(sorting) => change({ sorting })} />
        <div role="rowgroup" class="table-rows" style={{ height: `${rows.length * rowHeight}px` }}>
          {rows.slice(first, last).map((row, index) => (
            <TreeLine
              key={row.key}
              row={row}
              columns={model.tensors}
              position={first + index}
              isActive={first + index === at}
              isSelected={row.kind === 'tensor' && row.key === state.selected}
              onChoose={() => choose(row)}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** Scrolls just far enough, the heading left free. */
function reveal(tree: HTMLElement, row: number): void {
  const top = row * rowHeight;
  if (top < tree.scrollTop) tree.scrollTop = top;
  const bottom = top + 2 * rowHeight - tree.clientHeight;
  if (bottom > tree.scrollTop) tree.scrollTop = bottom;
}

function withOrWithout(keys: readonly string[], key: string): readonly string[] {
  return keys.includes(key) ? keys.filter((each) => each !== key) : [...keys, key];
}
