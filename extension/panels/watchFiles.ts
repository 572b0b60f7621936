import { dirname } from 'node:path';
import * as vscode from 'vscode';

/** Files are written in pieces; one change is reported once they have been still for so long. */
const stillMilliseconds = 300;

/** Calls back once for each change of any of these files, wherever they are. One watcher a folder, not one a file. */
export function watchFiles(paths: readonly string[], onChange: () => void): vscode.Disposable {
  const wanted = new Set(paths.map((path) => vscode.Uri.file(path).fsPath));
  const folders = new Set([...wanted].map((path) => dirname(path)));
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, stillMilliseconds);
  };
  const changed = ({ fsPath }: vscode.Uri) => void (wanted.has(fsPath) && soon());
  // A folder that goes as a whole is told of by itself, in the one that holds it.
  const gone = ({ fsPath }: vscode.Uri) => void (folders.has(fsPath) && soon());
  const parents = new Set([...folders].map((path) => dirname(path)));
  const watchers = [
    ...[...folders].map((folder) => watchFolder(folder, changed)),
    ...[...parents].map((folder) => watchForGone(folder, gone)),
  ];
  return vscode.Disposable.from(...watchers, { dispose: () => clearTimeout(timer) });
}

/** All that goes from a folder: a name as a pattern would mean something else where it has `[`, `{` or `*`. */
function watchForGone(folder: string, gone: (uri: vscode.Uri) => void): vscode.Disposable {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), '*');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern, true, true, false);
  return vscode.Disposable.from(watcher, watcher.onDidDelete(gone));
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
