import * as assert from 'node:assert/strict';
import { activated } from './extension.ts';
import { childrenOf, isLinux, skipped } from './processes.ts';

suite('a server that ends', () => {
  (isLinux ? test : test.skip)(`fails what waits for it, and the next request works${skipped}`, async () => {
    const { api } = await activated();
    await api.call('server/version', null);
    const [server] = await childrenOf(process.pid, 'server.cjs');
    assert.ok(server);
    const waiting = api.call('models/cached', null);
    process.kill(server, 'SIGKILL');
    await assert.rejects(
      waiting,
      (error) => error instanceof Error && 'failure' in error && /ended unexpectedly/.test(error.message),
    );
    await api.call('server/version', null);
    assert.equal(api.isServerRunning(), true);
  });
});
