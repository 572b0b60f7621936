import * as assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { languageId } from '../../extension/ids.ts';
import { activated } from './extension.ts';

const right = 'positive: adapters/honest\nnegative: adapters/sycophantic\n';

suite('a recipe in the editor', () => {
  let folder: string;

  suiteSetup(async () => {
    await activated();
    folder = await mkdtemp(join(tmpdir(), 'weight-steering-'));
  });

  suiteTeardown(() => rm(folder, { recursive: true }));

  teardown(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const show = async (name: string, text: string) => {
    const uri = vscode.Uri.file(join(folder, name));
    await writeFile(uri.fsPath, text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    return document;
  };

  for (const name of ['honest.steer.yaml', 'honest.steer.yml']) {
    test(`${name} is of our language`, async () => {
      assert.equal((await show(name, right)).languageId, languageId);
    });
  }

  test('values.yaml is not', async () => {
    assert.notEqual((await show('values.yaml', 'strenght: 1\n')).languageId, languageId);
  });

  test('shows what is wrong with it, until it is mended', async () => {
    const document = await show('broken.steer.yaml', `${right}strenght: 1.5\n`);
    const [diagnostic] = await diagnosticsOf(document.uri, 1);
    assert.equal(diagnostic?.source, 'Weight Steering');
    assert.equal(diagnostic.code, 'unknown-key');
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(diagnostic.message, 'There is no `strenght` in a recipe. Did you mean `strength`?');
    assert.equal(document.getText(diagnostic.range), 'strenght');

    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, diagnostic.range, 'strength');
    assert.ok(await vscode.workspace.applyEdit(edit));
    await diagnosticsOf(document.uri, 0);
    assert.ok(await document.save());
  });

  test('underlines the very words in a text of CRLF lines and wide characters', async () => {
    const document = await show('wide.steer.yaml', `# 😀\r\n${right}base: { model: "😀", oops: 1 }\r\n`);
    const [diagnostic] = await diagnosticsOf(document.uri, 1);
    assert.ok(diagnostic);
    assert.equal(document.getText(diagnostic.range), 'oops');
  });
});

/** Waits until there are so many: the server answers when it has read the text. */
async function diagnosticsOf(uri: vscode.Uri, count: number): Promise<vscode.Diagnostic[]> {
  const { promise, resolve } = Promise.withResolvers<vscode.Diagnostic[]>();
  const look = () => {
    const found = vscode.languages.getDiagnostics(uri);
    if (found.length === count) resolve(found);
  };
  const listening = vscode.languages.onDidChangeDiagnostics(look);
  look();
  try {
    return await promise;
  } finally {
    listening.dispose();
  }
}
