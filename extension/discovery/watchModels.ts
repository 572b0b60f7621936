import * as vscode from 'vscode';
import { telling } from './findFiles.ts';

/** What may have changed where models are, once for a burst of changes. */
export function watchModels(
  changed: () => void,
  holdsModels: (folder: string) => boolean,
): vscode.Disposable {
  const { soon, dispose } = delayed(changed, 300);
  const files = vscode.workspace.createFileSystemWatcher(telling);
  // A folder that comes or goes as a whole is told of by itself, without what is in it.
  const folders = vscode.workspace.createFileSystemWatcher('**', false, true, false);
  const created = async (uri: vscode.Uri) => {
    if (await isFolder(uri)) soon();
  };
  return vscode.Disposable.from(
    files,
    folders,
    files.onDidCreate(soon),
    files.onDidChange(soon),
    files.onDidDelete(soon),
    folders.onDidCreate((uri) => void created(uri)),
    folders.onDidDelete(({ fsPath }) => holdsModels(fsPath) && soon()),
    { dispose },
  );
}

function delayed(action: () => void, milliseconds: number) {
  let timer: NodeJS.Timeout | undefined;
  const dispose = () => clearTimeout(timer);
  const soon = () => {
    dispose();
    timer = setTimeout(action, milliseconds);
  };
  return { soon, dispose };
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type === vscode.FileType.Directory;
  } catch {
    return false; // Gone again.
  }
}
