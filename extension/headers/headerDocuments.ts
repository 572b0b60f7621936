import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Call } from '../call.ts';
import { watchFiles } from '../panels/watchFiles.ts';
import { comparedAt, headerScheme } from './headerUri.ts';

/**
 * The text of headers, one line a tensor: for Find, and for VS Code's own diff editor. Files that only can be read, because
 * other documents do not come back with the window.
 */
export class HeaderDocuments implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #call: Call;
  readonly #registration: vscode.Disposable;
  /** What `stat` has measured, until `readFile` takes it. */
  readonly #measured = new Map<string, Uint8Array>();

  constructor(call: Call) {
    this.#call = call;
    this.#registration = vscode.workspace.registerFileSystemProvider(headerScheme, this, {
      isReadonly: true,
    });
  }

  readonly onDidChangeFile = this.#changed.event;

  watch(uri: vscode.Uri): vscode.Disposable {
    const watching = this.#watch(uri);
    return { dispose: () => void watching.then((each) => each?.dispose()) };
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const path = pathOf(uri);
    const content = await this.#read(path);
    this.#measured.set(String(uri), content);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: await newestIn(await filesAt(path)),
      size: content.length,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const measured = this.#measured.get(String(uri));
    this.#measured.delete(String(uri));
    return measured ?? (await this.#read(pathOf(uri)));
  }

  readDirectory = refuse;
  createDirectory = refuse;
  writeFile = refuse;
  delete = refuse;
  rename = refuse;

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async #read(path: string): Promise<Uint8Array> {
    const { text } = await this.#call('models/headerText', { path });
    return new TextEncoder().encode(text);
  }

  /** Undefined where there is nothing to watch. */
  async #watch(uri: vscode.Uri): Promise<vscode.Disposable | undefined> {
    const files = await filesAt(pathOf(uri)).catch(() => undefined);
    const tell = () => this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    return files && watchFiles(files, tell);
  }
}

function refuse(): never {
  throw vscode.FileSystemError.NoPermissions();
}

function pathOf(uri: vscode.Uri): string {
  const path = comparedAt(uri)?.path;
  if (path === undefined) throw vscode.FileSystemError.FileNotFound(uri);
  return path;
}

/** In milliseconds. A link that leads nowhere, or a file that has just gone, says nothing of the others. */
async function newestIn(paths: readonly string[]): Promise<number> {
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return times.reduce((newest, time) => Math.max(newest, time), 0);
}

async function filesAt(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  return (await readdir(path)).map((name) => join(path, name));
}
