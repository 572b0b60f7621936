import * as assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { readSettings } from '../../extension/configuration.ts';
import { Models } from '../../extension/discovery/models.ts';
import { Jobs } from '../../extension/jobs/jobs.ts';
import { JobsTree } from '../../extension/jobs/jobsTree.ts';
import { Descriptions } from '../../extension/trees/descriptions.ts';
import { ModelsTree } from '../../extension/trees/modelsTree.ts';
import type { Node } from '../../extension/trees/nodes.ts';
import { activated } from './extension.ts';
import { inDemo, until } from './window.ts';

suite('the views', () => {
  const broken = inDemo('broken');
  const disposables: vscode.Disposable[] = [];

  teardown(async () => {
    vscode.Disposable.from(...disposables.splice(0)).dispose();
    await rm(broken, { recursive: true, force: true });
  });

  async function modelsTree() {
    const { call, models } = (await activated()).api;
    const descriptions = new Descriptions(call);
    const parts = { models, descriptions, call, settings: readSettings, hasHubCache: async () => false };
    const tree = new ModelsTree(parts);
    disposables.push(tree, descriptions);
    return { tree, models, descriptions };
  }

  test('Models has groups, and each model with its facts', async () => {
    const { tree, descriptions, models } = await modelsTree();
    await until(() => models.places.length > 0, models.onDidChange);
    const [group] = await tree.getChildren();
    assert.ok(group);
    assert.equal(tree.getTreeItem(group).label, 'Workspace');
    const rows = await tree.getChildren(group);
    const description = (name: string) => itemOf(tree, rows, name)?.description;
    const names = ['Modèles 1/base', 'Modèles 1/honest', 'second/task'];
    const areKnown = () => names.map(description).every((each) => each !== undefined);
    await until(areKnown, descriptions.onDidChange);
    assert.equal(description('Modèles 1/base'), 'Qwen2 · 1.01M · BF16');
    assert.equal(description('Modèles 1/honest'), 'LoRA r 8 → base');
    assert.equal(description('second/task'), 'LoRA r 8 → base');
    const run = rows.find((row) => row.kind === 'model' && row.name.endsWith('drifting'));
    assert.ok(run);
    const checkpoints = await tree.getChildren(run);
    assert.deepEqual(
      checkpoints.map((each) => tree.getTreeItem(each).label),
      [10, 20, 30, 40, 50, 60].map((step) => `checkpoint-${step}`),
    );
  });

  test('Models shows a model that cannot be read as a warning with its reason', async () => {
    const { tree, descriptions, models } = await modelsTree();
    await mkdir(broken, { recursive: true });
    await writeFile(`${broken}/adapter_config.json`, '{');
    await until(() => models.placeAt(broken) !== undefined, models.onDidChange);
    const [group] = await tree.getChildren();
    const rows = await tree.getChildren(group);
    await until(
      () => itemOf(tree, rows, 'Modèles 1/broken')?.description !== undefined,
      descriptions.onDidChange,
    );
    const item = itemOf(tree, rows, 'Modèles 1/broken');
    assert.equal(item?.description, 'cannot be read');
    assert.match(JSON.stringify(item.tooltip), /adapter_config\.json/);
  });

  test('Models is empty where nothing is, for its welcome', async () => {
    const { call } = (await activated()).api;
    const nothing = new Models(noFiles);
    await nothing.look();
    const descriptions = new Descriptions(call);
    const tree = new ModelsTree({
      models: nothing,
      descriptions,
      call,
      settings: readSettings,
      hasHubCache: async () => false,
    });
    disposables.push(tree);
    assert.deepEqual(await tree.getChildren(), []);
  });

  test('Jobs shows progress in place, and why one failed', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const jobs = new Jobs((_, { onProgress }) => {
      onProgress({ done: 41, total: 100 });
      return promise;
    });
    const tree = new JobsTree(jobs);
    disposables.push(tree);
    const ended = jobs.start({ recipe: '/w/honest.steer.yaml', force: false });
    assert.deepEqual(
      [tree.getTreeItem(1).label, tree.getTreeItem(1).description],
      ['honest.steer.yaml', '41 %'],
    );
    assert.equal(tree.getTreeItem(1).contextValue, 'job-running');
    reject(new Error('x'));
    await ended;
    assert.equal(tree.getTreeItem(1).contextValue, 'job-failed');
  });
});

async function noFiles() {
  return { workspace: [], added: [] };
}

function itemOf(tree: ModelsTree, rows: readonly Node[], name: string): vscode.TreeItem | undefined {
  const row = rows.find((each) => each.kind === 'model' && each.name === name);
  return row === undefined ? undefined : tree.getTreeItem(row);
}
