import type { LogOutputChannel } from 'vscode';
import { failureOf } from './failures.ts';

export type Background = (work: Promise<unknown>) => void;

/** Lets work go on by itself: nobody waits for it, and what goes wrong is in the log. */
export function inBackground(log: Pick<LogOutputChannel, 'error'>): Background {
  return (work) => {
    work.catch((error: unknown) => {
      if (failureOf(error).code !== 'cancelled') log.error(error instanceof Error ? error : String(error));
    });
  };
}
