import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
} from 'vscode-languageserver/node';

/** What the files of models are called. */
const watched = [
  '**/*.{safetensors,bin,gguf}',
  '**/{config,generation_config,tokenizer_config,tokenizer,special_tokens_map}.json',
  '**/{adapter_config,direction,model.safetensors.index}.json',
];

/** Folders in which outputs grow: what happens in them is seen when they get their names. */
const growing = /[/\\]\.[^/\\]+\.steering[/\\]/;

/** Has the client watch the files of models, where it can, and tells of each folder in which one has changed on the disk. */
export function watchModelFiles(
  connection: Connection,
  { capabilities }: Pick<InitializeParams, 'capabilities'>,
  changed: (folder: string) => void,
): void {
  if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
  connection.onInitialized(() => {
    const watchers = watched.map((globPattern) => ({ globPattern }));
    void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const folders = new Set(changes.flatMap(({ uri }) => folderOf(uri)));
    for (const folder of folders) changed(folder);
  });
}

function folderOf(uri: string): readonly string[] {
  try {
    const path = fileURLToPath(uri);
    return growing.test(path) ? [] : [dirname(path)];
  } catch {
    return []; // In no file.
  }
}
