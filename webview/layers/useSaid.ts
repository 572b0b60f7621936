import type { ToPanel } from '#protocol/panel.ts';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Run } from './run.ts';
import { selectedState } from './selectedState.ts';
import type { ViewState } from './viewState.ts';

/** What VS Code says to this page alone. */
export type Said = Extract<ToPanel, { kind: 'select' | 'restricted' }>;

/** Calls back with all that is said, until the function that it returns is called. */
export type Listen = (listener: (said: Said) => void) => () => void;

/**
 * Does what VS Code says: shows what somebody selected elsewhere, and gives up what was brushed once the recipe has it. Returns what
 * came of the last addition, until the next analysis has begun.
 */
export function useSaid(
  listen: Listen,
  { plan }: Run,
  change: (part: Partial<ViewState>) => void,
): string | undefined {
  const [message, setMessage] = useState<{ readonly text: string; readonly plan: Run['plan'] }>();
  const now = useRef({ plan, change });
  now.current = { plan, change };
  useLayoutEffect(
    () =>
      listen((said) => {
        const { plan, change } = now.current;
        if (said.kind === 'select') return change(selectedState(said.selection, plan));
        setMessage({ text: said.message, plan });
        if (said.isDone) change({ range: undefined, modules: undefined });
      }),
    [listen],
  );
  return message?.plan === plan ? message?.text : undefined;
}
