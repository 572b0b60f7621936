import type { OpenedModel } from '#protocol/viewer.ts';
import { useMemo } from 'preact/hooks';
import { Choice } from '../components/controls.ts';
import { Icon } from '../components/Icon.tsx';
import { grouped } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { TensorTree } from './TensorTree.tsx';
import { listed, treeRows } from './treeRows.ts';
import { type ChangeState, type Grouping, groupings, type ViewState } from './viewState.ts';

interface Props {
  readonly model: OpenedModel;
  readonly state: ViewState;
  readonly change: ChangeState;
  readonly onCopy: (text: string) => void;
}

/** All tensors of a model, under what they are narrowed by. */
export function TensorList({ model, state, change, onCopy }: Props) {
  const { filter, grouping, sorting, toggled } = state;
  const file = shownFile(model, state);
  const listing = { filter, file, grouping, sorting, toggled };
  const key = JSON.stringify(listing);
  // oxlint-disable-next-line react/exhaustive-deps -- The key stands for the listing.
  const rows = useMemo(() => treeRows(model.tensors, listing), [model, key]);
  // oxlint-disable-next-line react/exhaustive-deps -- Likewise.
  const count = useMemo(() => listed(model.tensors, listing).length, [model, key]);
  return (
    <section class="list" aria-label={t('Tensors')}>
      <div class="list-head">
        <div class="filter">
          <input
            type="text"
            value={filter}
            spellcheck={false}
            placeholder={t('Filter: part of a name, or a pattern such as *.mlp.*')}
            aria-label={t('Filter tensors')}
            onInput={({ currentTarget }) => change({ filter: currentTarget.value })}
            onKeyDown={(event) => leaveFilter(event, () => change({ filter: '' }))}
          />
        </div>
        <Choice
          label={t('Group by')}
          value={grouping}
          options={groupings.map((value) => ({ value, text: groupingName(value) }))}
          onChange={(chosen) => change({ grouping: chosen })}
        />
      </div>
      <div class="list-count quiet" role="status">
        <span>{countText(count, model.tensors.names.length)}</span>
        {file !== undefined && (
          <button
            type="button"
            class="link chip"
            aria-label={t('Show tensors of all files')}
            title={t('Show tensors of all files')}
            onClick={() => change({ file: null })}
          >
            {model.files[file]?.name}
            <Icon name="close" />
          </button>
        )}
      </div>
      <TensorTree {...{ model, rows, state, change, onCopy }} />
      {count === 0 && <p class="quiet list-empty">{emptyText(model)}</p>}
    </section>
  );
}

/** The file whose tensors alone are shown: that which was opened, unless another was chosen, or all. */
function shownFile({ files, asked }: OpenedModel, { file }: ViewState): number | undefined {
  if (file === null || files.length < 2) return undefined;
  if (file === undefined) return asked ?? undefined;
  const index = files.findIndex(({ name }) => name === file);
  return index < 0 ? undefined : index;
}

function leaveFilter(event: KeyboardEvent, clear: () => void): void {
  if (event.key === 'Escape') clear();
  else if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
  if (event.key !== 'Escape') document.querySelector<HTMLElement>('.tree')?.focus();
  event.preventDefault();
}

function groupingName(grouping: Grouping): string {
  switch (grouping) {
    case 'layer':
      return t('By layer');
    case 'module':
      return t('By module');
    case 'none':
      return t('One list');
  }
}

function countText(count: number, all: number): string {
  if (count !== all) return t('{0} of {1} tensors', grouped(count), grouped(all));
  return all === 1 ? t('1 tensor') : t('{0} tensors', grouped(all));
}

function emptyText({ tensors, kind }: OpenedModel): string {
  if (tensors.names.length > 0) return t('No tensor has such a name.');
  return kind === 'run'
    ? t('A training run: its checkpoints have the tensors.')
    : t('There are no tensors here.');
}
