import * as assert from 'node:assert/strict';
import { activated } from './extension.ts';
import { until } from './window.ts';

suite('activation', () => {
  test('measures what it adds to the start of a window (aim: less than 100 ms)', async function () {
    const { activationMilliseconds } = (await activated()).api;
    this.test!.title += ` (${activationMilliseconds.toFixed(0)} ms)`;
    assert.ok(activationMilliseconds > 0);
  });

  test('starts no process, however many models there are', async () => {
    const { api } = await activated();
    await until(() => api.models.places.length > 0, api.models.onDidChange);
    assert.equal(api.isServerRunning(), false);
  });

  test('the first request starts the server', async () => {
    const { api } = await activated();
    await api.call('server/version', null);
    assert.equal(api.isServerRunning(), true);
  });
});
