import { RequestFailure } from '#protocol/failure.ts';
import * as vscode from 'vscode';

/** The Git that VS Code's own extension has found. `unsupported-format` where that is switched off or has none. */
export async function gitProgram(): Promise<string> {
  const exported: unknown = await vscode.extensions.getExtension('vscode.git')?.activate();
  const path = pathIn(exported);
  if (path !== undefined) return path;
  const message = vscode.l10n.t('VS Code has no Git here, so earlier versions cannot be read.');
  throw new RequestFailure({ code: 'unsupported-format', message });
}

/** `getAPI(1).git.path`, read with distrust: these types are not ours. */
function pathIn(exported: unknown): string | undefined {
  if (typeof exported !== 'object' || exported === null || !('getAPI' in exported)) return undefined;
  if (typeof exported.getAPI !== 'function') return undefined;
  try {
    const api: unknown = exported.getAPI(1);
    const git: unknown = typeof api === 'object' && api !== null && 'git' in api ? api.git : undefined;
    const path: unknown = typeof git === 'object' && git !== null && 'path' in git ? git.path : undefined;
    return typeof path === 'string' ? path : undefined;
  } catch {
    return undefined; // Git is switched off in the settings.
  }
}
