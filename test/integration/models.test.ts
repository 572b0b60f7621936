import * as assert from 'node:assert/strict';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
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

  test('are described by the server, those that cannot be read with the reason', async () => {
    const { api } = await activated();
    await mkdir(extra, { recursive: true });
    await writeFile(`${extra}/adapter_config.json`, '{');
    const [base, broken] = await api.call('models/describe', { paths: [inDemo('base'), extra] });
    assert.partialDeepStrictEqual(base, { ok: true, value: { kind: 'checkpoint', architecture: 'Qwen2' } });
    assert.equal(broken?.ok, false);
  });
});
