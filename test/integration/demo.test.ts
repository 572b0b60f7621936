import * as assert from 'node:assert/strict';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../../extension/ids.ts';
import { activated } from './extension.ts';
import { until } from './window.ts';

suite('Create Demo Workspace', () => {
  test('adds the demo family to the window, and opens its recipe', async () => {
    const { models } = (await activated()).api;
    await vscode.commands.executeCommand(commandIds.createDemoWorkspace);
    const demo = vscode.workspace.workspaceFolders?.find(({ name }) => name === 'Demo');
    assert.ok(demo, 'There is no folder Demo');
    const documents = vscode.window.visibleTextEditors.map(({ document }) => document.uri.fsPath);
    assert.ok(
      documents.some((path) => path.startsWith(demo.uri.fsPath) && basename(path) === 'honest.steer.yaml'),
    );
    await until(() => models.placeAt(`${demo.uri.fsPath}/base`) !== undefined, models.onDidChange);
  });

  test('again, it adds nothing', async () => {
    const before = vscode.workspace.workspaceFolders?.length;
    await vscode.commands.executeCommand(commandIds.createDemoWorkspace);
    assert.equal(vscode.workspace.workspaceFolders?.length, before);
  });

  teardown(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
});
