import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openEditor } from '../support/editor.ts';
import { finished, productNode, root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/** The promise that nothing here uses the network: in what is shipped, and while it works. */
const folder = await temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
const report = at('network');
const env = {
  NODE_OPTIONS: `--require ${join(root, 'test/support/noNetwork.cjs')}`,
  REPORT_NETWORK: report,
};

beforeAll(() => {
  cpSync(join(root, 'media/demo'), folder.path, {
    recursive: true,
    filter: (path) => !path.endsWith('honest.steer.yaml'),
  });
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => folder[Symbol.asyncDispose]());

const shipped = [
  ...readFileSync(join(root, 'test/fixtures/package.txt'), 'utf8').matchAll(
    /^extension\/(dist\/\w+\.c?js)$/gm,
  ),
].map(([, name = '']) => name);

/** Modules of Node by which the outside can be reached. `net` is the language server's, whose library can talk through a pipe. */
const modules = /require\("(?:node:)?(net|tls|https?|http2|dgram|dns(?:\/promises)?|inspector)"\)/g;
const requests = /\bhttps?\w*\.(?:request|get)\s*\(/g;
const globals = /\b(?:fetch|WebSocket|XMLHttpRequest|EventSource|sendBeacon|RTCPeerConnection)\s*\(/g;

test.each(shipped)('%s has nothing in it that reaches the outside', (name) => {
  const text = readFileSync(join(root, name), 'utf8');
  const talks = ['extension', 'server', 'steer'].some((each) => name === `dist/${each}.cjs`);
  // `serve` answers this machine, and asks nobody.
  const answers = name === 'dist/steer.cjs' ? ['http'] : [];
  const found = new Set([...text.matchAll(modules)].map(([, module]) => module));
  expect(found).toEqual(new Set([...answers, ...(talks ? ['net'] : [])]));
  expect(text.match(requests)).toBeNull();
  expect(text.match(globals)).toBeNull();
});

test('what is shipped are bundles of the extension, the server, the work process, the command line and pages', () => {
  const names = ['extension.cjs', 'server.cjs', 'steer.cjs', 'thread.cjs', 'work.cjs', 'layers.js'];
  expect(shipped).toEqual(expect.arrayContaining(names.map((name) => `dist/${name}`)));
});

test.each([
  ['globalThis.fetch', 'fetch("http://127.0.0.1:9")'],
  ['http.get', 'require("http").get("http://127.0.0.1:9")'],
  ['net.Socket.connect', 'require("net").connect(9)'],
  ['dns.lookup', 'require("dns").lookup("example.com", () => {})'],
  ['dns.resolve4', 'require("dns/promises").resolve4("example.com")'],
  ['dgram.createSocket', 'require("dgram").createSocket("udp4")'],
])('%s would be seen', async (name, code) => {
  const seen = at(`seen-${name}`);
  const { code: status } = await finished(productNode, ['-e', code], {
    env: { ...env, REPORT_NETWORK: seen },
  });
  expect({ status, seen: readFileSync(seen, 'utf8') }).toEqual({ status: 1, seen: `${name}\n` });
});

test('the main job uses no network on the command line', async () => {
  for (const args of [
    ['init', 'honest', 'sycophantic', '-o', 'honest.steer.yaml'],
    ['check', 'base', 'honest', '--values'],
    ['inspect', 'org/not-here@main'],
    ['analyze', 'honest.steer.yaml'],
    ['contrast', 'honest.steer.yaml', '-o', 'w'],
    ['write', 'honest.steer.yaml', '-o', 'adapter'],
    ['write', 'honest.steer.yaml', '-o', 'checkpoint', '--format', 'checkpoint'],
    ['compare', 'base', 'checkpoint', '--values'],
  ]) {
    const { code, stderr } = await steer(args, { cwd: folder.path, env });
    expect(code, stderr).toBe(args[0] === 'inspect' ? 2 : 0);
  }
  expect(existsSync(at('checkpoint/model.safetensors'))).toBe(true);
  expect(existsSync(report)).toBe(false);
});

test('nor in the server and its work process', async () => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  await using editor = await openEditor({ folders: [folder.path] });
  const path = at('edited.steer.yaml');
  const [positive, negative] = [at('honest'), at('sycophantic')];
  await editor.ask('recipes/create', { path, source: { kind: 'contrast', positive, negative } });
  await editor.ask('direction/analyze', { subject: { kind: 'recipe', path } });
  await editor.ask('models/check', { models: [at('base')], depth: 'values' });
  const { outputs } = await editor.ask('recipes/write', { path, force: false });
  expect(existsSync(join(outputs[0]?.path ?? '', 'adapter_model.safetensors'))).toBe(true);
  expect(existsSync(report)).toBe(false);
});
