import { useRef } from 'preact/hooks';
import { t } from '../strings.ts';
import type { Tab } from './viewState.ts';

interface Props {
  readonly tab: Tab;
  readonly onTab: (tab: Tab) => void;
}

const tabs = ['spectrum', 'vocabulary'] as const;

/** The pages of the panel. One tab stop; arrows turn the page. */
export function Tabs({ tab, onTab }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    const other = tab === 'spectrum' ? 'vocabulary' : 'spectrum';
    onTab(other);
    list.current?.querySelector<HTMLElement>(`#tab-${other}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t('Views of the direction')} ref={list} onKeyDown={press}>
      {tabs.map((each) => (
        <button
          key={each}
          id={`tab-${each}`}
          type="button"
          role="tab"
          class="tab"
          aria-selected={each === tab}
          aria-controls={`page-${each}`}
          tabIndex={each === tab ? 0 : -1}
          onClick={() => onTab(each)}
        >
          {each === 'spectrum' ? t('Spectrum') : t('Vocabulary')}
        </button>
      ))}
    </div>
  );
}
