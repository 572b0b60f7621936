import type { Failure } from '#protocol/failure.ts';
import { l10n } from 'vscode';
import type { Ui } from './ui.ts';

export type ShowFailure = (failure: Failure) => void;

export interface FailureShown {
  readonly ui: Pick<Ui, 'ask' | 'reveal'>;
  readonly openLog: () => void;
  readonly manageTrust: () => void;
  /** Milliseconds, for telling one crash from the next. */
  readonly now: () => number;
}

/** One crash fails everything that was asked for at the time, and is told once. */
const togetherMilliseconds = 10_000;

/** The only place that shows failures: the sentence, and what helps as buttons. Cancelled is not one. */
export function createShowFailure({ ui, openLog, manageTrust, now }: FailureShown): ShowFailure {
  let lastCrash = Number.NEGATIVE_INFINITY;
  return (failure) => {
    if (failure.code === 'cancelled') return;
    if (failure.code === 'worker-crashed') {
      const isTold = now() - lastCrash < togetherMilliseconds;
      lastCrash = now();
      if (isTold) return;
    }
    const actions = actionsFor(failure, { ui, openLog, manageTrust });
    const severity = failure.code === 'untrusted-workspace' ? 'warning' : 'error';
    void ui
      .ask(severity, failure.message, [...actions.keys()])
      .then((chosen) => (chosen === undefined ? undefined : actions.get(chosen)?.()));
  };
}

function actionsFor(
  { code, subject }: Failure,
  { ui, openLog, manageTrust }: Omit<FailureShown, 'now'>,
): ReadonlyMap<string, () => void> {
  if (code === 'untrusted-workspace') return new Map([[l10n.t('Manage Workspace Trust'), manageTrust]]);
  const actions = new Map([[l10n.t('Open Log'), openLog]]);
  if (subject !== undefined) actions.set(l10n.t('Reveal'), () => void ui.reveal(subject));
  return actions;
}
