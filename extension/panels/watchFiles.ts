import { dirname } from 'node:path';
import * as vscode from 'vscode';

/** Files are written in pieces; one change is reported once they have been still for so long. */
const stillMilliseconds = 300;

/** Calls back once for each change of any of these files, wherever they are. One watcher a folder, not one a file. */
export function watchFiles(paths: readonly string[], onChange: () => void): vscode.Disposable {
  const wanted = new Set(paths.map((path) => vscode.Uri.file(path).fsPath));
  const folders = new Set(paths.map((path) => dirname(path)));
  let timer: NodeJS.Timeout | undefined;
  const changed = (uri: vscode.Uri) => {
    if (!wanted.has(uri.fsPath)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, stillMilliseconds);
  };
  const watchers = [...folders].map((folder) => watchFolder(folder, changed));
  return vscode.Disposable.from(...watchers, { dispose: () => clearTimeout(timer) });
}

function watchFolder(folder: string, changed: (uri: vscode.Uri) => void): vscode.Disposable {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), '*');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(changed),
    watcher.onDidCreate(changed),
    watcher.onDidDelete(changed),
  );
}
