import { t } from '../strings.ts';
import { Labelled } from './Choices.tsx';
import { vectorCounts, type ViewState } from './viewState.ts';

interface Props {
  readonly names: readonly string[];
  /** The number of the direction that is read. */
  readonly read: number;
  /** How many singular vectors of a tensor the result has. */
  readonly count: number;
  readonly state: ViewState;
  readonly change: (part: Partial<ViewState>) => void;
}

/** Whose vectors are read, how many, which is shown, and which tokens of it. */
export function VocabularyChoices({ names, read, count, state, change }: Props) {
  const { vectors, vector, filter } = state;
  return (
    <div class="choices">
      {names.length > 1 && (
        <Labelled
          name={t('Direction')}
          value={String(read)}
          options={names.map((text, index) => ({ value: String(index), text }))}
          onChange={(value) => change({ read: Number(value) })}
        />
      )}
      <Labelled
        name={t('Vectors')}
        value={String(vectors)}
        options={vectorCounts.map((count) => ({ value: String(count), text: String(count) }))}
        onChange={(value) => change({ vectors: Number(value), vector: Math.min(vector, Number(value) - 1) })}
      />
      {count > 1 && (
        <Labelled
          name={t('Shown')}
          value={String(Math.min(vector, count - 1))}
          options={Array.from({ length: count }, (_, index) => ({
            value: String(index),
            text: String(index + 1),
          }))}
          onChange={(value) => change({ vector: Number(value) })}
        />
      )}
      <FilterField filter={filter} onFilter={(text) => change({ filter: text })} />
    </div>
  );
}

interface FilterProps {
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
}

function FilterField({ filter, onFilter }: FilterProps) {
  const press = (event: KeyboardEvent) => {
    event.stopPropagation(); // A `t` here is a letter.
    if (event.key === 'Escape') onFilter('');
  };
  return (
    <input
      type="search"
      class="token-filter"
      placeholder={t('Filter tokens')}
      aria-label={t('Filter tokens')}
      spellcheck={false}
      value={filter}
      onKeyDown={press}
      onInput={({ currentTarget }) => onFilter(currentTarget.value)}
    />
  );
}
