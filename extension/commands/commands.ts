import * as vscode from 'vscode';
import { failureOf } from '../failures.ts';
import { type CommandId, commandIds } from '../ids.ts';
import type { ShowFailure } from '../show.ts';

/** What each command does with the arguments it was invoked with. */
export type CommandTable = Readonly<Record<CommandId, (...args: readonly unknown[]) => unknown>>;

export interface Reporting {
  readonly showFailure: ShowFailure;
  readonly log: Pick<vscode.LogOutputChannel, 'error'>;
}

/** Registers them all; whatever one throws is shown, and logged where nobody foresaw it. */
export function registerCommands(table: CommandTable, reporting: Reporting): vscode.Disposable {
  const registered = Object.values(commandIds).map((id) =>
    vscode.commands.registerCommand(id, (...args: readonly unknown[]) =>
      run(() => table[id](...args), reporting),
    ),
  );
  return vscode.Disposable.from(...registered);
}

async function run(command: () => unknown, { showFailure, log }: Reporting): Promise<void> {
  try {
    await command();
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code === 'internal' && error instanceof Error) log.error(error);
    showFailure(failure);
  }
}
