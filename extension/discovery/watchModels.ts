import * as vscode from 'vscode';
import { telling } from './findFiles.ts';

/** Of a folder outside the window, or of all that are in it. */
export interface WatchedModels {
  /** Absolute; undefined: the folders of the window. */
  readonly folder?: string;
  readonly changed: () => void;
  readonly holdsModels: (folder: string) => boolean;
}

/** What may have changed where models are, once for a burst of changes. */
export function watchModels({ folder, changed, holdsModels }: WatchedModels): vscode.Disposable {
  const { soon, dispose } = delayed(changed, 300);
  const within = (pattern: string) =>
    folder === undefined ? pattern : new vscode.RelativePattern(vscode.Uri.file(folder), pattern);
  const files = vscode.workspace.createFileSystemWatcher(within(telling));
  // A folder that comes or goes as a whole is told of by itself, without what is in it.
  const folders = vscode.workspace.createFileSystemWatcher(within('**'), false, true, false);
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
