import * as assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { serverSettings } from '../../extension/configuration.ts';
import { Server } from '../../extension/server.ts';
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

  test('that cannot start fails what asks for it, and is started when it can', async () => {
    const { extension } = await activated();
    const folder = await mkdtemp(join(tmpdir(), 'server-'));
    const module = join(folder, 'server.cjs');
    // Not disposed: the client still logs the end of its process after it has been disposed itself.
    const log = vscode.window.createOutputChannel('A server', { log: true });
    const server = new Server({ module, log, settings: serverSettings, crashed: () => {} });
    try {
      await assert.rejects(server.call('server/version', null));
      await cp(join(extension.extensionPath, 'dist/server.cjs'), module);
      assert.match((await server.call('server/version', null)).version, /^\d/);
    } finally {
      server.dispose();
      await rm(folder, { recursive: true });
    }
  });
});
