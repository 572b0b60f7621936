import { useEffect, useRef } from 'preact/hooks';
import type { ViewState } from './viewState.ts';

/** `t` toggles the table; Escape goes back, one step at a time. The focus follows. */
export function usePageKeys(state: ViewState, change: (part: Partial<ViewState>) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const part = isElsewhere(event) ? undefined : changeFor(event.key, state);
      if (part === undefined) return;
      event.preventDefault();
      change(part);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
  const wasTable = useRef(state.isTable);
  useEffect(() => {
    if (wasTable.current === state.isTable) return;
    wasTable.current = state.isTable;
    const target = state.isTable ? '.table' : '.heatmap [tabindex="0"]';
    document.querySelector<HTMLElement>(target)?.focus();
  }, [state.isTable]);
}

function isElsewhere({ target, ctrlKey, altKey, metaKey, defaultPrevented }: KeyboardEvent): boolean {
  const isInChoice = target instanceof Element && target.closest('vscode-dropdown') !== null;
  return ctrlKey || altKey || metaKey || defaultPrevented || isInChoice;
}

function changeFor(key: string, state: ViewState): Partial<ViewState> | undefined {
  if (key === 't') return { isTable: !state.isTable };
  if (key !== 'Escape') return undefined;
  if (state.isTable) return { isTable: false };
  if (state.selected !== undefined) return { selected: undefined };
  if (state.pinned !== undefined) return { pinned: undefined };
  return state.range === undefined ? undefined : { range: undefined };
}
