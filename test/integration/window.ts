import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';

/** A path in the first folder of the window, which is a copy of the demo family under an odd name. */
export function inDemo(...path: readonly string[]): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'The window has no folder');
  return join(folder.uri.fsPath, ...path);
}

/** Waits until something holds, asking again whenever the event tells that it might. */
export async function until(
  holds: () => boolean,
  event: (listener: () => void) => { dispose(): void },
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (holds()) resolve();
  };
  const listening = event(look);
  look();
  await promise;
  listening.dispose();
}

/** Runs a command, and takes the first choice of every quick pick that it opens. */
export async function takingFirstChoices(command: string, ...args: readonly unknown[]): Promise<void> {
  const accepting = setInterval(accept, 250); // VS Code does not tell when a quick pick is open.
  try {
    await vscode.commands.executeCommand(command, ...args);
  } finally {
    clearInterval(accepting);
  }
}

function accept(): void {
  void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
}
