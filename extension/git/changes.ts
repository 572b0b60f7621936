import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ShowComparison } from '../commands/compare.ts';
import type { WithProgress } from '../progress.ts';
import { gitScheme, versionAt } from './version.ts';
import type { VersionFiles } from './versionFiles.ts';

/** Two versions of a file, of which the right one may be the file itself. */
interface Sides {
  readonly left: vscode.Uri;
  readonly right: vscode.Uri;
}

/**
 * *Open Changes* of VS Code's Git opens two viewers beside each other, which do not say what differs. This shows the
 * difference in their place.
 */
export class Changes {
  readonly #versions: VersionFiles;
  readonly #show: ShowComparison;
  readonly #withProgress: WithProgress;

  constructor(versions: VersionFiles, show: ShowComparison, withProgress: WithProgress) {
    this.#versions = versions;
    this.#show = show;
    this.#withProgress = withProgress;
  }

  /** For a document that is being opened: one side of a diff, unless it is looked at by itself. */
  async opened(uri: vscode.Uri): Promise<void> {
    const sides = sidesOf(uri);
    if (sides === undefined || isOpenByItself(uri)) return;
    const tab = tabs().find((each) => isDiffOf(each, sides));
    const name = basename(sides.right.fsPath);
    const [left, right] = await this.#withProgress(
      vscode.l10n.t('Reading {0} from Git', name),
      async (signal) =>
        [await this.#fileOf(sides.left, signal), await this.#fileOf(sides.right, signal)] as const,
    );
    await this.#show(left, right, `${name} (${labelOf(sides.right)})`);
    // Where the comparison took its place, it is gone already.
    if (tab !== undefined && tabs().includes(tab)) await vscode.window.tabGroups.close(tab);
  }

  async #fileOf(uri: vscode.Uri, signal: AbortSignal): Promise<string> {
    const version = versionAt(uri);
    return version === undefined ? uri.fsPath : await this.#versions.fileOf(version, signal);
  }
}

/**
 * The working tree is compared with `~`, the index with HEAD, by VS Code's own habit. Of two commits neither says which
 * is the older: they stay two viewers.
 */
function sidesOf(uri: vscode.Uri): Sides | undefined {
  const version = versionAt(uri);
  if (version === undefined) return undefined;
  const { path, ref } = version;
  if (ref === '~') return { left: uri, right: vscode.Uri.file(path) };
  const head = uri.with({ scheme: gitScheme, query: JSON.stringify({ path, ref: 'HEAD' }) });
  return ref === '' ? { left: head, right: uri } : undefined;
}

function tabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

function isOpenByItself(uri: vscode.Uri): boolean {
  return tabs().some(
    ({ input }) => input instanceof vscode.TabInputCustom && String(input.uri) === String(uri),
  );
}

/** The interface has no name for a diff of custom editors: it is a tab of no kind, with the file's name. */
function isDiffOf({ input, label }: vscode.Tab, { right }: Sides): boolean {
  return input === undefined && label.startsWith(`${basename(right.fsPath)} (`);
}

function labelOf(right: vscode.Uri): string {
  return right.scheme === gitScheme ? vscode.l10n.t('Index') : vscode.l10n.t('Working Tree');
}
