import * as assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { activated } from './extension.ts';

suite('a terminal', () => {
  const isWindows = process.platform === 'win32';

  (isWindows ? test.skip : test)('has the command `steer`, of the version of the extension', async () => {
    const { extension } = await activated();
    const folder = await mkdtemp(join(tmpdir(), 'terminal-'));
    const terminal = vscode.window.createTerminal({ name: 'steer', shellPath: '/bin/sh', cwd: folder });
    try {
      terminal.sendText('steer --version > version.partial; mv version.partial version');
      const version = await contents(join(folder, 'version'));
      const { packageJSON }: { packageJSON: { version: string } } = extension;
      assert.equal(version.trim(), packageJSON.version);
    } finally {
      terminal.dispose();
      await rm(folder, { recursive: true, maxRetries: 5 });
    }
  });
});

/** Of a file that another process is about to make. */
async function contents(path: string): Promise<string> {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
    await setTimeout(100);
  }
}
