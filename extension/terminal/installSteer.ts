import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import * as vscode from 'vscode';
import { steerScripts } from './steerScripts.ts';

/** Puts `steer` on the PATH of integrated terminals, after whatever the user has there already. */
export async function installSteer(context: vscode.ExtensionContext): Promise<void> {
  const folder = vscode.Uri.joinPath(context.globalStorageUri, 'bin').fsPath;
  const program = context.asAbsolutePath('dist/steer.cjs');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of steerScripts({ node: process.execPath, program })) {
    await writeChanged(join(folder, name), text);
  }
  const variables = context.environmentVariableCollection;
  variables.persistent = true;
  variables.description = vscode.l10n.t('Adds the command `steer` of Weight Steering.');
  variables.append('PATH', `${delimiter}${folder}`, {
    applyAtProcessCreation: true,
    applyAtShellIntegration: true,
  });
}

/** A script that a terminal may be running is left alone where it is right. */
async function writeChanged(path: string, text: string): Promise<void> {
  const old = await readFile(path, 'utf8').catch(() => undefined); // Not there yet.
  if (old !== text) await writeFile(path, text, { mode: 0o755 });
}
