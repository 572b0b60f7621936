import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Api } from '../../extension/main.ts';

/** The extension under test, activated. */
export async function activated(): Promise<{ extension: vscode.Extension<Api>; api: Api }> {
  const extension = vscode.extensions.getExtension<Api>('weight-steering.weight-steering');
  assert.ok(extension, 'VS Code does not know the extension');
  return { extension, api: await extension.activate() };
}
