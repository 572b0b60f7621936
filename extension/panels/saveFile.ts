import { join } from 'node:path';
import * as vscode from 'vscode';

/** What a panel made, and where it would go unless somebody chooses another place. */
export interface SavedFile {
  readonly folder: string;
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** Asks where, and writes there; what keeps it from being written is shown. */
export async function saveFile({ folder, name, content }: SavedFile): Promise<void> {
  const defaultUri = vscode.Uri.file(join(folder, name));
  const uri = await vscode.window.showSaveDialog({ defaultUri, filters: filtersFor(name) });
  if (uri === undefined) return;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  try {
    await vscode.workspace.fs.writeFile(uri, bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} could not be written: {1}', uri.fsPath, reason));
  }
}

function filtersFor(name: string): Record<string, string[]> {
  const ending = name.slice(name.lastIndexOf('.') + 1);
  return { [ending.toUpperCase()]: [ending] };
}
