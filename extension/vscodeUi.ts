import * as vscode from 'vscode';
import { editFiles } from './editFiles.ts';
import { leave } from './failures.ts';
import { languageId } from './ids.ts';
import type { Choice, Question, Ui } from './ui.ts';

/** The window itself. */
export const vscodeUi: Ui = {
  async pick<T>(choices: readonly Choice<T>[], question: Question) {
    const picked = await vscode.window.showQuickPick(choices.map(toItem), optionsFor(question));
    return picked === undefined ? leave() : picked.value;
  },

  async pickMany<T>(choices: readonly Choice<T>[], question: Question) {
    const options = { ...optionsFor(question), canPickMany: true } as const;
    const picked = await vscode.window.showQuickPick(choices.map(toItem), options);
    return picked === undefined ? leave() : picked.map(({ value }) => value);
  },

  async ask(severity, message, actions) {
    if (severity === 'info') return await vscode.window.showInformationMessage(message, ...actions);
    return severity === 'warning'
      ? await vscode.window.showWarningMessage(message, ...actions)
      : await vscode.window.showErrorMessage(message, ...actions);
  },

  async input({ title, placeholder }, value) {
    return (await vscode.window.showInputBox({ title, prompt: placeholder, value })) ?? leave();
  },

  async confirm(message, detail, action) {
    const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, action);
    if (chosen !== action) leave();
  },

  async chooseFolder(title) {
    const options = { title, canSelectFiles: false, canSelectFolders: true };
    const [folder] = (await vscode.window.showOpenDialog(options)) ?? [];
    return folder === undefined ? leave() : folder.fsPath;
  },

  async chooseRecipePath(title) {
    const filters = { [vscode.l10n.t('Steering Recipe')]: ['steer.yaml'] };
    const chosen = await vscode.window.showSaveDialog({ title, filters });
    return chosen === undefined ? leave() : chosen.fsPath;
  },

  async chooseReportPath(proposed) {
    const defaultUri = vscode.Uri.file(proposed);
    const chosen = await vscode.window.showSaveDialog({ defaultUri, filters: { HTML: ['html'] } });
    return chosen === undefined ? leave() : chosen.fsPath;
  },

  async copy(text) {
    await vscode.env.clipboard.writeText(text);
  },

  activeRecipe() {
    const document = vscode.window.activeTextEditor?.document;
    return document?.languageId === languageId ? document.uri.fsPath : undefined;
  },

  async save(path) {
    const isAt = ({ uri }: vscode.TextDocument) => uri.scheme === 'file' && uri.fsPath === path;
    const document = vscode.workspace.textDocuments.find(isAt);
    if (document?.isDirty === true && !(await document.save())) leave();
  },

  async open(path) {
    await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false });
  },

  async rename(from, to) {
    await vscode.workspace.fs.rename(vscode.Uri.file(from), vscode.Uri.file(to), { overwrite: false });
  },

  async remove(path, isForGood) {
    await vscode.workspace.fs.delete(vscode.Uri.file(path), { recursive: true, useTrash: !isForGood });
  },

  async read(path) {
    return (await vscode.workspace.openTextDocument(vscode.Uri.file(path))).getText();
  },

  edit: editFiles,

  async reveal(path) {
    const uri = vscode.Uri.file(path);
    const isOpen = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
    await vscode.commands.executeCommand(isOpen ? 'revealInExplorer' : 'revealFileInOS', uri);
  },

  remark(message) {
    vscode.window.setStatusBarMessage(message, 5000);
  },
};

function toItem<T>({ icon, isPicked, ...choice }: Choice<T>) {
  return {
    ...choice,
    ...(icon !== undefined && { iconPath: new vscode.ThemeIcon(icon) }),
    ...(isPicked !== undefined && { picked: isPicked }),
  };
}

function optionsFor({ title, placeholder }: Question) {
  return { title, placeHolder: placeholder, matchOnDescription: true, matchOnDetail: true };
}
