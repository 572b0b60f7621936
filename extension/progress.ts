import * as vscode from 'vscode';
import { signalOf } from './cancellation.ts';

/** Runs a task with a signal that ends when the user cancels it. */
export type WithProgress = <T>(title: string, task: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** What takes longer than this is shown, and can be cancelled. */
const patienceMilliseconds = 700;

/** Says nothing of what is done at once; the rest is a notification with *Cancel*. */
export const withProgress: WithProgress = async (title, task) => {
  const controller = new AbortController();
  const running = task(controller.signal);
  const isSlow = await Promise.race([settled(running), later(patienceMilliseconds)]);
  if (!isSlow) return await running;
  const options = { title, location: vscode.ProgressLocation.Notification, cancellable: true };
  return await vscode.window.withProgress(options, async (_, token) => {
    using cancelling = signalOf(token);
    cancelling.signal.addEventListener('abort', () => controller.abort(), { once: true });
    return await running;
  });
};

async function settled(promise: Promise<unknown>): Promise<false> {
  await promise.catch(() => {}); // Who waits for the task itself gets the error.
  return false;
}

async function later(milliseconds: number): Promise<true> {
  await new Promise((resolve) => void setTimeout(resolve, milliseconds));
  return true;
}
