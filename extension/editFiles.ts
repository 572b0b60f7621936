import type { TextRange } from '#protocol/check.ts';
import { RequestFailure } from '#protocol/failure.ts';
import * as vscode from 'vscode';
import type { FileEdit } from './ui.ts';

/** Edits files in one step that can be undone. Those that had no unsaved changes are saved; `usage` where VS Code refuses. */
export async function editFiles(edits: readonly FileEdit[]): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const documents = await Promise.all(
    edits.map(({ path }) => vscode.workspace.openTextDocument(vscode.Uri.file(path))),
  );
  const clean = documents.filter(({ isDirty }) => !isDirty);
  for (const { path, changes } of edits)
    edit.set(
      vscode.Uri.file(path),
      changes.map(({ range, newText }) => vscode.TextEdit.replace(toRange(range), newText)),
    );
  if (!(await vscode.workspace.applyEdit(edit))) {
    const message = vscode.l10n.t('VS Code did not edit {0}.', edits.map(({ path }) => path).join(', '));
    throw new RequestFailure({ code: 'usage', message });
  }
  for (const document of clean) await document.save();
}

export function toRange({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
