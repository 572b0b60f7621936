import { useEffect } from 'preact/hooks';
import type { ChangeState, ViewState } from './viewState.ts';

/** `t` toggles the tables, `/` leads to the filter; Escape goes back, one step at a time. */
export function usePageKeys(state: ViewState, change: ChangeState): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isElsewhere(event)) return;
      if (event.key === '/') document.querySelector<HTMLElement>('.filter input')?.focus();
      else {
        const part = changeFor(event.key, state);
        if (part === undefined) return;
        change(part);
        if (part.selected === undefined && 'selected' in part)
          document.querySelector<HTMLElement>('.tree')?.focus();
      }
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}

function isElsewhere({ target, ctrlKey, altKey, metaKey, defaultPrevented }: KeyboardEvent): boolean {
  const isTyping = target instanceof Element && target.closest('input, vscode-dropdown') !== null;
  return ctrlKey || altKey || metaKey || defaultPrevented || isTyping;
}

function changeFor(key: string, state: ViewState): Partial<ViewState> | undefined {
  if (key === 't') return { isTable: !state.isTable };
  if (key !== 'Escape') return undefined;
  if (state.selected !== undefined) return { selected: undefined };
  return state.filter === '' ? undefined : { filter: '' };
}
