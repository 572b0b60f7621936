import { join } from 'node:path';
import * as vscode from 'vscode';

/** What a panel made, and where it would go unless somebody chooses another place. */
export interface SavedFile {
  readonly folder: string;
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** Asks where, and writes there. */
export async function saveFile({ folder, name, content }: SavedFile): Promise<void> {
  const defaultUri = vscode.Uri.file(join(folder, name));
  const uri = await vscode.window.showSaveDialog({ defaultUri, filters: filtersFor(name) });
  if (uri === undefined) return;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  await vscode.workspace.fs.writeFile(uri, bytes);
}

function filtersFor(name: string): Record<string, string[]> {
  const ending = name.slice(name.lastIndexOf('.') + 1);
  return { [ending.toUpperCase()]: [ending] };
}
