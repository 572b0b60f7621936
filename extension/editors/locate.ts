import { RequestFailure } from '#protocol/failure.ts';
import * as vscode from 'vscode';
import { versionAt } from '../git/version.ts';
import type { VersionFiles } from '../git/versionFiles.ts';

/** Where a document can be read as a file: an earlier version once Git has given it out. Others are `unsupported-format`. */
export function locate(uri: vscode.Uri, versions: VersionFiles, signal: AbortSignal): Promise<string> {
  if (uri.scheme === 'file') return Promise.resolve(uri.fsPath);
  const version = versionAt(uri);
  if (version !== undefined) return versions.fileOf(version, signal);
  const message = vscode.l10n.t(
    'This is no file on this machine, but another version of one. Files and versions in Git are shown.',
  );
  return Promise.reject(new RequestFailure({ code: 'unsupported-format', message }));
}
