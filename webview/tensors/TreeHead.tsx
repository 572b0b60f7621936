import { t } from '../strings.ts';
import type { Sorting } from './viewState.ts';

interface Props {
  readonly sorting: Sorting | undefined;
  readonly onSort: (sorting: Sorting | undefined) => void;
}

/** The headings, which sort: largest first, then smallest first, then as in the model. */
export function TreeHead({ sorting, onSort }: Props) {
  const headings = [
    ['name', t('Tensor')],
    ['shape', t('Shape')],
    ['dtype', t('dtype')],
    ['bytes', t('Size')],
  ] as const;
  return (
    <div class="table-row table-head" role="row" aria-rowindex={1}>
      {headings.map(([key, heading]) => (
        <div
          role="columnheader"
          key={key}
          class={isNumber(key) ? 'number' : ''}
          aria-sort={sorting?.key === key ? (sorting.isDescending ? 'descending' : 'ascending') : 'none'}
        >
          <button
            type="button"
            title={t('Sort by {0}', heading)}
            onClick={() => onSort(nextSorting(sorting, key))}
          >
            {heading}
            <span class="table-arrow" aria-hidden="true">
              {sorting?.key === key ? (sorting.isDescending ? '↓' : '↑') : ''}
            </span>
          </button>
        </div>
      ))}
    </div>
  );
}

function isNumber(key: string): boolean {
  return key === 'shape' || key === 'bytes';
}

function nextSorting(before: Sorting | undefined, key: string): Sorting | undefined {
  const isDescending = isNumber(key);
  if (before?.key !== key) return { key, isDescending };
  return before.isDescending === isDescending ? { key, isDescending: !isDescending } : undefined;
}
