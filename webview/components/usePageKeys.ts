import { useEffect, useRef } from 'preact/hooks';

export interface PageKeys {
  readonly isTable: boolean;
  readonly onTable: () => void;
  /** One step back; undefined where there is none. */
  readonly onBack: (() => void) | undefined;
  /** Selects the element that has the picture's fields. */
  readonly picture: string;
}

/** `t` toggles the table; Escape goes back, one step at a time. The focus follows. */
export function usePageKeys({ isTable, onTable, onBack, picture }: PageKeys): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const act = isElsewhere(event) ? undefined : { t: onTable, Escape: onBack }[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
  const wasTable = useRef(isTable);
  useEffect(() => {
    if (wasTable.current === isTable) return;
    wasTable.current = isTable;
    document.querySelector<HTMLElement>(isTable ? '.table' : `${picture} [tabindex="0"]`)?.focus();
  }, [isTable, picture]);
}

function isElsewhere({ target, ctrlKey, altKey, metaKey, defaultPrevented }: KeyboardEvent): boolean {
  const isInChoice = target instanceof Element && target.closest('vscode-dropdown') !== null;
  return ctrlKey || altKey || metaKey || defaultPrevented || isInChoice;
}
