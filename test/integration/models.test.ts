import * as assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { headerAddress } from '../../extension/headers/headerUri.ts';
import { watchFiles } from '../../extension/panels/watchFiles.ts';
import { activated } from './extension.ts';
import { inDemo, until } from './window.ts';

suite('the models of a window', () => {
  const extra = inDemo('später', 'kopie 2');

  teardown(() => rm(inDemo('später'), { recursive: true, force: true }));

  test('are found in all its folders, by what they are', async () => {
    const { models } = (await activated()).api;
    await until(() => models.places.length > 0, models.onDidChange);
    const kinds = models.workspace.map(({ kind, path }) => `${kind} ${basename(path)}`);
    for (const expected of ['checkpoint base', 'adapter honest', 'run drifting']) {
      assert.ok(kinds.includes(expected), `no ${expected} in ${kinds.join(', ')}`);
    }
    assert.equal(kinds.filter((each) => each === 'adapter task').length, 2);
    assert.deepEqual(models.recipes.map((path) => basename(path)).slice(0, 2), [
      'honest.steer.yaml',
      'repair.steer.yaml',
    ]);
  });

  test('come and go with their files', async () => {
    const { models } = (await activated()).api;
    await cp(inDemo('honest'), extra, { recursive: true });
    await until(() => models.placeAt(extra)?.kind === 'adapter', models.onDidChange);
    await rm(extra, { recursive: true });
    await until(() => models.placeAt(extra) === undefined, models.onDidChange);
  });

  test('come and go in a folder of the setting that is not in the window', async () => {
    const { models } = (await activated()).api;
    const outside = await mkdtemp(join(tmpdir(), 'ailleurs '));
    const model = join(outside, 'org', 'honest');
    const setting = vscode.workspace.getConfiguration('weightSteering');
    try {
      await cp(inDemo('honest'), join(outside, 'first'), { recursive: true });
      await setting.update('modelFolders', [outside], vscode.ConfigurationTarget.Global);
      await until(() => models.placeAt(join(outside, 'first')) !== undefined, models.onDidChange);
      const appearing = async () => {
        // A watcher needs a moment to begin, and does not tell when it has.
        for (let attempt = 0; models.placeAt(model) === undefined && attempt < 20; attempt++) {
          await rm(model, { recursive: true, force: true });
          await cp(inDemo('honest'), model, { recursive: true });
          await new Promise((resolve) => setTimeout(resolve, 1000));
        }
      };
      await appearing();
      assert.equal(models.placeAt(model)?.kind, 'adapter');
      await rm(model, { recursive: true });
      await until(() => models.placeAt(model) === undefined, models.onDidChange);
    } finally {
      await setting.update('modelFolders', undefined, vscode.ConfigurationTarget.Global);
      await rm(outside, { recursive: true, force: true });
    }
  });

  test('are watched file by file wherever they are, whatever their folders are called', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'ailleurs '));
    const folder = join(outside, '[a-z]{x,y} !');
    const file = join(folder, 'model.safetensors');
    await mkdir(folder);
    await writeFile(file, '');
    let [told, asked] = [Promise.withResolvers<void>(), 0];
    const watching = watchFiles([file], () => told.resolve());
    try {
      const writing = setInterval(() => void writeFile(file, String(asked++)), 500);
      await told.promise;
      clearInterval(writing);
      await new Promise((resolve) => setTimeout(resolve, 1500)); // What was written last has been told.
      told = Promise.withResolvers<void>();
      await rename(folder, join(outside, 'gone'));
      await told.promise;
    } finally {
      watching.dispose();
      await rm(outside, { recursive: true, force: true });
    }
  });

  test('have their headers as text, also beside a link that leads nowhere', async () => {
    await activated();
    const folder = await mkdtemp(join(tmpdir(), 'ailleurs '));
    try {
      await cp(inDemo('base'), folder, { recursive: true });
      if (process.platform !== 'win32') await symlink('nowhere', join(folder, 'link'));
      const document = await vscode.workspace.openTextDocument(vscode.Uri.from(headerAddress(folder)));
      assert.match(document.getText(), /^# kind/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('are described by the server, those that cannot be read with the reason', async () => {
    const { api } = await activated();
    await mkdir(extra, { recursive: true });
    await writeFile(`${extra}/adapter_config.json`, '{');
    const [base, broken] = await api.call('models/describe', { paths: [inDemo('base'), extra] });
    assert.partialDeepStrictEqual(base, { ok: true, value: { kind: 'checkpoint', architecture: 'Qwen2' } });
    assert.equal(broken?.ok, false);
  });
});
