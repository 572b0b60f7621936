import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unzip } from '../harness/zip.ts';
import { startLanguageServer, transports } from '../support/languageServer.ts';
import { finished, productNode, root, steer } from '../support/steer.ts';

let folder: string;
let version: string;
const base = join(root, 'media/demo/base');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  version = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the VSIX', () => {
  let cli: string;

  beforeAll(async () => {
    const vsix = join(folder, 'weight-steering.vsix');
    const packed = await finished(process.execPath, ['test/harness/package.ts', '--out', vsix]);
    expect(packed).toMatchObject({ code: 0 });
    await unzip(vsix, join(folder, 'vsix'));
    cli = join(folder, 'vsix/extension/dist/steer.cjs');
  });

  test('holds a command line that knows its version', async () => {
    expect(await steer(['--version'], { cli, cwd: folder })).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
    });
  });

  test('holds a command line that inspects a model', async () => {
    expect(kindOf(await steer(['inspect', base, '--json'], { cli, cwd: folder }))).toBe('checkpoint');
  });

  test.each(transports)('holds a language server for %s', async (transport) => {
    await using server = await startLanguageServer(transport, { home: join(folder, 'vsix/extension') });
    await server.open('file:///x.steer.yaml', 'strenght: 1\n');
    expect(await server.next()).toMatchObject({
      diagnostics: [{ code: 'unknown-key' }, { code: 'missing-key' }],
    });
  });

  test('holds the demo family and what it takes to steer it', async () => {
    const demo = join(folder, 'vsix/extension/media/demo/honest.steer.yaml');
    const out = join(folder, 'steered');
    const { code, stderr } = await steer(['write', demo, '-o', out], { cli, cwd: folder });
    expect(code, stderr).toBe(0);
  });
});

describe('the npm package', () => {
  let home: string;

  beforeAll(async () => {
    home = await mkdtemp(join(folder, 'npm-'));
    await writeFile(join(home, 'package.json'), '{ "private": true }');
    const packed = await npm(root, 'pack', '--json', '--pack-destination', home);
    const tarball = tarballIn(packed.stdout);
    const installed = await npm(
      home,
      'install',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      join(home, tarball),
    );
    expect(installed.code, installed.stderr).toBe(0);
  });

  test.each(['weight-steering', 'steer'])('has the command %s', async (command) => {
    const { code, stdout } = await npm(home, 'exec', '--no', '--', command, '--version');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` });
  });

  test('inspects a model', async () => {
    const finishedInspect = await npm(
      home,
      'exec',
      '--no',
      '--',
      'weight-steering',
      'inspect',
      base,
      '--json',
    );
    expect(kindOf(finishedInspect)).toBe('checkpoint');
  });

  test('brings the JSON Schema of recipes', async () => {
    const schema = await readFile(
      join(home, 'node_modules/weight-steering/media/recipe.schema.json'),
      'utf8',
    );
    expect(JSON.parse(schema)).toHaveProperty('properties.positive');
  });

  test('steers the demo family that comes with it', async () => {
    const demo = join(home, 'node_modules/weight-steering/media/demo/honest.steer.yaml');
    const command = ['weight-steering', 'write', demo, '-o', join(home, 'steered')];
    const { code, stderr } = await npm(home, 'exec', '--no', '--', ...command);
    expect(code, stderr).toBe(0);
  });
});

function kindOf({ code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }): unknown {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout).kind;
}

/** npm 11 prints a list, npm 12 an object by package name. */
function tarballIn(stdout: string): string {
  const [first] = Object.values<{ filename: string }>(JSON.parse(stdout));
  return first!.filename;
}

/** npm runs on the Node of these tests; the commands it starts find the product's Node first. */
function npm(cwd: string, ...args: readonly string[]) {
  const env = {
    PATH: `${dirname(productNode)}${delimiter}${process.env['PATH']}`,
    ONNXRUNTIME_NODE_INSTALL: 'skip', // Its binaries for the CPU are in the package.
  };
  const cli = process.env['npm_execpath'];
  return cli === undefined
    ? finished('npm', args, { cwd, env })
    : finished(process.execPath, [cli, ...args], { cwd, env });
}
