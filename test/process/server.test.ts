import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DiagnosticSeverity, ErrorCodes } from 'vscode-languageserver/node';
import { startLanguageServer, transports } from '../support/languageServer.ts';
import { productNode, root } from '../support/steer.ts';

const uri = 'file:///work/honest.steer.yaml';
const broken = 'positive: a\nnegative: b\nstrenght: 1\n';
const right = 'positive: a\nnegative: b\n';

describe.each(transports)('the language server on %s', (transport) => {
  test('says who it is and answers', async () => {
    await using server = await startLanguageServer(transport);
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const answer = await server.connection.sendRequest('server/version', { params: null });
    expect(answer).toEqual({ version, node: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  test('publishes what is wrong with a recipe, and that nothing is once it is mended', async () => {
    await using server = await startLanguageServer(transport);
    await server.open(uri, broken);
    expect(await server.next()).toEqual({
      uri,
      version: 1,
      diagnostics: [
        {
          range: { start: { line: 2, character: 0 }, end: { line: 2, character: 8 } },
          severity: DiagnosticSeverity.Error,
          code: 'unknown-key',
          source: 'Weight Steering',
          message: 'There is no `strenght` in a recipe. Did you mean `strength`?',
        },
      ],
    });
    await server.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [
        { range: { start: { line: 2, character: 6 }, end: { line: 2, character: 8 } }, text: 'th' },
      ],
    });
    expect(await server.next()).toEqual({ uri, version: 2, diagnostics: [] });
  });

  test('takes back what it said about a recipe that is closed', async () => {
    await using server = await startLanguageServer(transport);
    await server.open(uri, broken);
    expect((await server.next()).diagnostics).toHaveLength(1);
    await server.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    expect(await server.next()).toEqual({ uri, diagnostics: [] });
  });

  test('knows a recipe by its name where the editor does not know the language, and leaves other YAML alone', async () => {
    await using server = await startLanguageServer(transport);
    await server.open('file:///work/values.yaml', 'strenght: 1\n', 'yaml');
    await server.open(uri, broken, 'yaml');
    expect(await server.next()).toMatchObject({ uri, diagnostics: [{ code: 'unknown-key' }] });
    expect(server.published).toHaveLength(1);
  });

  test.each([
    ['10 MB', '#'.repeat(10_000_000), 'too-large'],
    ['brackets without end', '['.repeat(100_000), 'yaml-syntax'],
    ['zero characters', '\0'.repeat(1000), 'wrong-type'],
    ['half surrogates', '\ud800: \udfff', 'unknown-key'],
    ['`__proto__`', `${right}__proto__: {strength: 1}\n`, 'unknown-key'],
  ])('answers after a recipe of %s', async (_, text, code) => {
    await using server = await startLanguageServer(transport);
    await server.open(uri, text);
    const { diagnostics } = await server.next();
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
    expect(await server.connection.sendRequest('server/version', { params: null })).toHaveProperty('version');
  });

  test('survives messages that make no sense', async () => {
    await using server = await startLanguageServer(transport);
    await server.connection.sendNotification('textDocument/didOpen', {});
    await server.connection.sendNotification('textDocument/didChange', { textDocument: { uri: 1 } });
    await server.connection.sendNotification('no/such/notification', { x: 1 });
    await expect(server.connection.sendRequest('no/such/request', {})).rejects.toMatchObject({
      code: ErrorCodes.MethodNotFound,
    });
    await server.open(uri, broken);
    expect((await server.next()).diagnostics).toHaveLength(1);
  });

  test('ends with 0 after shutdown and exit', async () => {
    await using server = await startLanguageServer(transport);
    await server.connection.sendRequest('shutdown');
    await server.connection.sendNotification('exit');
    expect(await server.ended).toEqual([0, null]);
  });

  test('ends with 1 on exit without shutdown', async () => {
    await using server = await startLanguageServer(transport);
    await server.connection.sendNotification('exit');
    expect(await server.ended).toEqual([1, null]);
  });

  test('ends with 1 when the client hangs up', async () => {
    await using server = await startLanguageServer(transport);
    if (server.process.connected) server.process.disconnect();
    else server.process.stdin?.end();
    expect(await server.ended).toEqual([1, null]);
  });
});

test('a forked server ends with a parent that is killed', async () => {
  const script = `
    const { fork } = require('node:child_process');
    fork('dist/server.cjs', ['--node-ipc'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
      .on('message', () => process.kill(process.pid, 'SIGKILL'))
      .send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });`;
  const parent = spawn(productNode, ['-e', script], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  parent.stdout.resume();
  // The server holds the other end of this pipe: it closes when the last of both has ended.
  const closed = once(parent, 'close');
  expect(await once(parent, 'exit')).toEqual([null, 'SIGKILL']);
  await closed;
});
