import { join } from 'node:path';
import { RequestFailure } from '#protocol/failure.ts';
import * as vscode from 'vscode';
import { walkthroughId } from '../ids.ts';
import { restoreDemo } from './restoreDemo.ts';

/** Adding a first folder may restart the extension host: what is left to do is remembered for a minute. */
const pendingKey = 'demo.openedAt';
const pendingMilliseconds = 60_000;

type Context = Pick<vscode.ExtensionContext, 'globalStorageUri' | 'globalState' | 'asAbsolutePath'>;

/** *Create Demo Workspace*: the demo family in the extension's own storage, added to this window, its recipe and walkthrough open. */
export async function openDemo(context: Context): Promise<void> {
  const folder = vscode.Uri.joinPath(context.globalStorageUri, 'Demo');
  await restoreDemo(context.asAbsolutePath('media/demo'), folder.fsPath);
  if (vscode.workspace.getWorkspaceFolder(folder) === undefined) {
    await context.globalState.update(pendingKey, Date.now());
    if (!(await isAdded(folder))) return;
  }
  await context.globalState.update(pendingKey, undefined);
  await showDemo(folder);
}

/** Goes on after a restart that adding the folder has caused, where there is something to go on with. */
export async function resumeDemo(context: Context, opened: () => void): Promise<void> {
  const openedAt = context.globalState.get<number>(pendingKey);
  if (openedAt === undefined) return;
  await context.globalState.update(pendingKey, undefined);
  const folder = vscode.Uri.joinPath(context.globalStorageUri, 'Demo');
  const isInTime = Date.now() - openedAt < pendingMilliseconds;
  if (!isInTime || vscode.workspace.getWorkspaceFolder(folder) === undefined) return;
  await showDemo(folder);
  opened();
}

/** Whether the folder is in this window now; where that takes a restart or another window, `resumeDemo` goes on there. */
async function isAdded(folder: vscode.Uri): Promise<boolean> {
  const { workspaceFolders, workspaceFile } = vscode.workspace;
  if (vscode.env.uiKind === vscode.UIKind.Web && workspaceFile === undefined) {
    // In a browser a workspace that is made on the way loads without its folders: the demo gets a window of its own.
    const isEmpty = workspaceFolders === undefined;
    const options = isEmpty ? { forceReuseWindow: true } : { forceNewWindow: true };
    await vscode.commands.executeCommand('vscode.openFolder', folder, options);
    return false;
  }
  const added = untilAdded(folder);
  const end = workspaceFolders?.length ?? 0;
  if (!vscode.workspace.updateWorkspaceFolders(end, 0, { uri: folder, name: 'Demo' })) {
    added.dispose();
    throw new RequestFailure({
      code: 'usage',
      message: vscode.l10n.t('This window cannot take another folder. The demo is in {0}.', folder.fsPath),
      subject: folder.fsPath,
    });
  }
  await added.done;
  return true;
}

function untilAdded(folder: vscode.Uri): { readonly done: Promise<void> } & vscode.Disposable {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const listening = vscode.workspace.onDidChangeWorkspaceFolders(() => {
    if (vscode.workspace.getWorkspaceFolder(folder) === undefined) return;
    listening.dispose();
    resolve();
  });
  return { done, dispose: () => void listening.dispose() };
}

/** The recipe has the focus in the end: an editor that has never had it does not draw its lenses. */
async function showDemo(folder: vscode.Uri): Promise<void> {
  const recipe = vscode.Uri.file(join(folder.fsPath, 'honest.steer.yaml'));
  const options = { viewColumn: vscode.ViewColumn.One, preview: false };
  const { document } = await vscode.window.showTextDocument(recipe, options);
  const left = untilLeft(document);
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthroughId, true);
  await left;
  await vscode.window.showTextDocument(recipe, options);
}

const walkthroughMilliseconds = 5000;

/** The command that opens a walkthrough returns before it has taken the focus. */
async function untilLeft(document: vscode.TextDocument): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listening = vscode.window.onDidChangeActiveTextEditor((editor) => {
    if (editor?.document !== document) resolve();
  });
  const timer = setTimeout(resolve, walkthroughMilliseconds);
  await promise;
  clearTimeout(timer);
  listening.dispose();
}
