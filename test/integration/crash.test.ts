import * as assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { activated } from './extension.ts';

suite('a server that ends', () => {
  const isLinux = process.platform === 'linux';
  const title = isLinux ? '' : ' (skipped: finds the server in /proc)';

  (isLinux ? test : test.skip)(`fails what waits for it, and the next request works${title}`, async () => {
    const { api } = await activated();
    await api.call('server/version', null);
    const [server] = await serversOf(process.pid);
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

async function serversOf(parent: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [stat, command] = await Promise.all(
        ['stat', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
      );
      const isOurs = stat?.includes(`) S ${parent} `) === true || stat?.includes(`) R ${parent} `) === true;
      return isOurs && command?.includes('server.cjs') === true ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
