import * as assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activated } from './extension.ts';
import { inDemo, until } from './window.ts';

suite('a configuration beside weights', () => {
  let folder: string;

  suiteSetup(async () => {
    await activated();
    folder = await mkdtemp(join(tmpdir(), 'weight-steering-'));
  });

  suiteTeardown(() => rm(folder, { recursive: true }));

  teardown(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  /** A copy of a model with this in place of that in one of its files, which is opened. */
  const broken = async (from: string, file: string, [before, after]: readonly [string, string]) => {
    const model = join(folder, from);
    await cp(inDemo(from), model, { recursive: true });
    const path = join(model, file);
    await writeFile(path, (await readFile(path, 'utf8')).replace(before, after));
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    return document;
  };

  test('shows what is wrong with it, and a quick fix puts that right', async () => {
    const document = await broken('base', 'config.json', ['"vocab_size": 1734', '"vocab_size": 1700']);
    const [diagnostic] = await oursOf(document.uri, 1);
    assert.ok(diagnostic);
    assert.equal(diagnostic.code, 'shape-mismatch');
    assert.equal(document.getText(diagnostic.range), '1700');
    assert.equal(diagnostic.relatedInformation?.length, 1);
    const action = await fixAt(document.uri, diagnostic.range, 'Correct vocab_size to 1734');
    assert.ok(action.edit, 'It has no edit');
    assert.ok(await vscode.workspace.applyEdit(action.edit), 'The edit was refused');
    assert.match(document.getText(), /"vocab_size": 1734/);
    await oursOf(document.uri, 0);
    assert.ok(await document.save());
  });

  test('has what is wrong on the disk put right by Fix Model, and kept as it was', async () => {
    const document = await broken('honest', 'adapter_config.json', ['"r": 8', '"r": 16']);
    await oursOf(document.uri, 1);
    const model = join(folder, 'honest');
    void vscode.commands.executeCommand('weightSteering.fixModel', model, 'rank-mismatch');
    await oursOf(document.uri, 0);
    assert.match(await readFile(join(model, 'adapter_config.json'), 'utf8'), /"r": 8,/);
    assert.match(await readFile(join(model, 'adapter_config.json.bak'), 'utf8'), /"r": 16,/);
  });

  test('has the findings of Check Model in Problems, for files that nobody has open', async () => {
    const config = vscode.Uri.file(join(folder, 'task', 'adapter_config.json'));
    await cp(inDemo('honest'), join(folder, 'task'), { recursive: true });
    await writeFile(config.fsPath, (await readFile(config.fsPath, 'utf8')).replace('"r": 8', '"r": 4'));
    void vscode.commands.executeCommand('weightSteering.checkModel', join(folder, 'task'));
    const [diagnostic] = await oursOf(config, 1);
    assert.equal(diagnostic?.code, 'rank-mismatch');
  });
});

/** Waits until so many of a document's diagnostics are ours. */
async function oursOf(uri: vscode.Uri, count: number): Promise<readonly vscode.Diagnostic[]> {
  const ours = () =>
    vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Weight Steering');
  await until(() => ours().length === count, vscode.languages.onDidChangeDiagnostics);
  return ours();
}

/** The quick fix at a place that has this title. */
async function fixAt(uri: vscode.Uri, range: vscode.Range, title: string): Promise<vscode.CodeAction> {
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    range,
  );
  const action = actions.find((each) => each.title === title);
  assert.ok(action, `Not among ${actions.map((each) => each.title).join(', ')}`);
  return action;
}
