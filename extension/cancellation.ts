import * as vscode from 'vscode';

/** Leaves the AbortSignal world, for APIs of VS Code that take tokens. */
export function tokenOf(signal: AbortSignal): { readonly token: vscode.CancellationToken } & Disposable {
  const source = new vscode.CancellationTokenSource();
  const cancel = () => source.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  return {
    token: source.token,
    [Symbol.dispose]: () => {
      signal.removeEventListener('abort', cancel);
      source.dispose();
    },
  };
}

/** Enters the AbortSignal world; inside it, nothing mentions tokens. */
export function signalOf(token: vscode.CancellationToken): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listening = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, [Symbol.dispose]: () => listening.dispose() };
}
