import * as assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../../extension/ids.ts';
import { activated } from './extension.ts';
import { inDemo, takingFirstChoices } from './window.ts';

const uri = (...path: readonly string[]) => vscode.Uri.file(inDemo(...path));

suite('the main job', () => {
  const recipe = inDemo('honest-2.steer.yaml');

  suiteTeardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(recipe, { force: true });
    await rm(inDemo('out'), { recursive: true, force: true });
  });

  test('two adapters become a recipe beside them, which opens', async () => {
    await activated();
    const both = [uri('honest'), uri('sycophantic')];
    await takingFirstChoices(commandIds.contrastSelected, both[0], both);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.fsPath, recipe);
    assert.match(document.getText(), /^base: base$.*^positive: honest$.*^negative: sycophantic$/ms);
  });

  test('the recipe becomes a model, from the lens above it', async () => {
    const { jobs } = (await activated()).api;
    const seen: string[] = [];
    const listening = jobs.onDidChange((job) => seen.push(job?.state.kind ?? 'list'));
    await vscode.commands.executeCommand(commandIds.write, vscode.Uri.file(recipe).toString());
    listening.dispose();
    assert.equal(jobs.all.at(-1)?.state.kind, 'done');
    assert.ok(seen.includes('running'), seen.join(', '));
    assert.ok((await readdir(inDemo('out', 'honest-2-k1'))).includes('adapter_model.safetensors'));
  });

  test('what exists is not overwritten, and replaced when that is asked for', async () => {
    const { jobs } = (await activated()).api;
    await vscode.commands.executeCommand(commandIds.write, vscode.Uri.file(recipe).toString());
    const job = jobs.all.at(-1);
    assert.ok(job?.state.kind === 'failed');
    assert.equal(job.state.failure.code, 'output-exists');
    await jobs.again(job.id, true);
    assert.equal(jobs.all.at(-1)?.state.kind, 'done');
  });

  test('a cancelled job is cancelled, and leaves no output', async () => {
    const { jobs } = (await activated()).api;
    const ended = jobs.start({ recipe: inDemo('too-far.steer.yaml'), force: false });
    const id = jobs.unfinished.at(-1)?.id;
    await vscode.commands.executeCommand(commandIds.cancelJob, id);
    assert.equal((await ended).state.kind, 'cancelled');
    assert.ok(!(await readdir(inDemo('out'))).includes('too-far-k-2'));
    await vscode.commands.executeCommand(commandIds.clearFinishedJobs);
    assert.deepEqual(jobs.all, []);
  });

  test('a dry run is a page beside the recipe, from what the editor has', async () => {
    const document = await vscode.workspace.openTextDocument(recipe);
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    const at = document.getText().indexOf('strength: 1\n') + 'strength: '.length;
    edit.replace(
      document.uri,
      new vscode.Range(document.positionAt(at), document.positionAt(at + 1)),
      '[2, 3]',
    );
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand(commandIds.dryRun);
    assert.equal(document.isDirty, false);
    const page = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'weight-steering-dry-run');
    assert.match(page?.getText() ?? '', /^out\/honest-2-k2\n(?:.|\n)*^out\/honest-2-k3\n/m);
  });

  test('the way to load a model is copied', async () => {
    await activated();
    await takingFirstChoices(commandIds.copyLoadCommand, uri('base'));
    assert.match(await vscode.env.clipboard.readText(), /from_pretrained\(|vllm/);
  });

  test('a direction of another recipe is put on another target', async () => {
    await activated();
    await takingFirstChoices(commandIds.steerWithDirection, uri('task-bare'));
    const made = vscode.window.activeTextEditor?.document.uri.fsPath ?? '';
    assert.equal(basename(made), 'task-bare.steer.yaml');
    assert.match(await readFile(made, 'utf8'), /^target: task-bare$/m);
    await rm(made);
  });
});
