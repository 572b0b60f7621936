import * as vscode from 'vscode';
import { tokenOf } from '../cancellation.ts';
import type { Findings } from './models.ts';

/** Files whose names tell what their folder is; everything else stays unread. */
export const telling =
  '**/{adapter_config.json,direction.json,*.safetensors,*.safetensors.index.json,pytorch_model*.bin,pytorch_model.bin.index.json,*.gguf,*.steer.yaml,*.steer.yml}';
const ignored = '**/{node_modules,.git,.*.steering}/**';
const limit = 20_000;

/** One search of the workspace, and one of each added folder; no more than 20,000 files each. */
export async function findFiles(folders: readonly string[], signal: AbortSignal): Promise<Findings> {
  using cancelling = tokenOf(signal);
  const search = async (pattern: vscode.GlobPattern) => {
    const found = await vscode.workspace.findFiles(pattern, ignored, limit, cancelling.token);
    return found.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
  };
  const added = folders.map((folder) => search(new vscode.RelativePattern(vscode.Uri.file(folder), telling)));
  const [workspace, ...others] = await Promise.all([search(telling), ...added]);
  return { workspace: workspace ?? [], added: others.flat() };
}
