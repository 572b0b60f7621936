import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finished, root } from '../support/steer.ts';

/** Which folder of server/ may import which others; all may import the protocol. */
const arrows = new Map<string, readonly string[]>([
  ['bytes', []],
  ['kernels', []],
  ['tensors', ['bytes']],
  ['models', ['bytes', 'tensors']],
  ['work', ['bytes', 'tensors', 'kernels']],
  ['directions', ['bytes', 'tensors', 'models', 'work']],
  ['recipes', ['bytes', 'models', 'directions']],
  ['steering', ['bytes', 'tensors', 'models', 'directions', 'recipes', 'work']],
  ['analysis', ['bytes', 'tensors', 'models', 'directions', 'work']],
  ['generation', ['bytes', 'tensors', 'models', 'directions', 'work']],
  ['check', ['bytes', 'tensors', 'kernels', 'models', 'recipes']],
  [
    'tasks',
    [
      'bytes',
      'tensors',
      'models',
      'directions',
      'recipes',
      'steering',
      'analysis',
      'generation',
      'check',
      'work',
    ],
  ],
  ['workProcess', ['tasks', 'work']],
  ['serving', ['models', 'generation', 'tasks']],
  ['language', ['bytes', 'tensors', 'models', 'directions', 'recipes', 'steering', 'analysis']],
  [
    'cli',
    [
      'bytes',
      'tensors',
      'models',
      'directions',
      'recipes',
      'steering',
      'analysis',
      'work',
      'kernels',
      'check',
      'tasks',
      'serving',
      'language',
    ],
  ],
]);
const folders = [...arrows.keys()];

/** What a folder stands on, directly or not. */
function reach(from: string): string[] {
  return (arrows.get(from) ?? []).flatMap((to) => [to, ...reach(to)]);
}

/** Every import between two folders of server/ that `allowed` does not name, as `from -> to`. */
function refused(allowed: (from: string) => readonly string[]): string[] {
  return folders.flatMap((from) =>
    folders.filter((to) => to !== from && !allowed(from).includes(to)).map((to) => `${from} -> ${to}`),
  );
}

let copy: string;

/** The project's own configuration over the smallest possible sources: in every folder an import of every other. */
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'boundaries-'));
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  for (const file of ['package.json', 'tsconfig.base.json', '.oxlintrc.json'])
    await cp(join(root, file), join(copy, file));
  for (const file of ['errors.ts', 'abort.ts', 'warnings.ts', 'numbers.ts', 'shellWord.ts', 'shownPath.ts'])
    await write(`server/${file}`, 'export {};\n');
  await cp(join(root, 'server/tsconfig.foundation.json'), join(copy, 'server/tsconfig.foundation.json'));
  for (const folder of [
    'server/protocol',
    'extension',
    'webview',
    ...folders.map((name) => `server/${name}`),
  ]) {
    await write(`${folder}/here.ts`, 'export const here = 1;\n');
    await cp(join(root, folder, 'tsconfig.json'), join(copy, folder, 'tsconfig.json'));
  }
  for (const from of folders) {
    for (const to of folders) {
      if (from !== to) await write(`server/${from}/imports-${to}.ts`, importing(`../${to}/here.ts`));
    }
    await write(`server/${from}/imports-protocol.ts`, importing('#protocol/here.ts'));
    await write(`server/${from}/imports-vscode.ts`, importing('vscode'));
  }
  await write('server/protocol/imports-errors.ts', importing('../errors.ts'));
  await write('extension/imports-protocol.ts', importing('#protocol/here.ts'));
  await write('extension/imports-tensors.ts', importing('../server/tensors/here.ts'));
  await write('extension/imports-webview.ts', importing('../webview/here.ts'));
  await write('webview/imports-protocol.ts', importing('#protocol/here.ts'));
  await write('webview/imports-tensors.ts', importing('../server/tensors/here.ts'));
  await write('webview/imports-extension.ts', importing('../extension/here.ts'));
  await write('webview/imports-vscode.ts', importing('vscode'));
  await write('webview/imports-node.ts', importing('node:fs'));
  await write('webview/imports-toolkit.ts', importing('@vscode/webview-ui-toolkit'));
  await write('webview/components/controls.ts', importing('@vscode/webview-ui-toolkit'));
  await write('server/language/imports-webview.ts', importing('../../webview/here.ts'));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

test('the compiler refuses what a folder does not stand on, and nothing else', async () => {
  const projects = folders.map((name) => `server/${name}`);
  const { stdout } = await finished(node, [tsc, '-b', ...projects], { cwd: copy });
  const wrong = stdout.matchAll(/^server\/(\w+)\/imports-(\w+)\.ts\(.*error TS6307/gm);
  const named = new Set(wrong.map(([, from, to]) => `${from} -> ${to}`));
  named.delete('protocol -> errors');
  expect(named).toEqual(new Set([...refused(reach), 'language -> webview']));
});

test.each([
  ['extension', 'extension/imports-tensors.ts'],
  ['extension', 'extension/imports-webview.ts'],
  ['webview', 'webview/imports-tensors.ts'],
  ['webview', 'webview/imports-extension.ts'],
  ['server/protocol', 'server/protocol/imports-errors.ts'],
])('the compiler lets %s import nothing but the protocol', async (project, file) => {
  const { stdout } = await finished(node, [tsc, '-b', project], { cwd: copy });
  expect(stdout).toMatch(new RegExp(`^${file}\\(.*error TS6307`, 'm'));
  expect(stdout).not.toContain(`${project}/imports-protocol.ts`);
});

test('the linter refuses what a folder does not name, and VS Code in the server', async () => {
  const { stdout } = await finished(node, [oxlint, '--format', 'unix', 'server'], { cwd: copy });
  const wrong = stdout.matchAll(/server\/(\w+)\/imports-(\w+)\.ts:.*no-restricted-imports/g);
  const named = new Set(wrong.map(([, from, to]) => `${from} -> ${to}`));
  const hosts = folders.map((from) => `${from} -> vscode`);
  const others = ['protocol -> errors', 'language -> webview'];
  const expected = [...refused((from) => arrows.get(from) ?? []), ...hosts, ...others];
  expect(named).toEqual(new Set(expected));
});

test('the linter keeps pages to themselves, and the toolkit behind one module', async () => {
  const { stdout } = await finished(node, [oxlint, '--format', 'unix', 'webview', 'extension'], {
    cwd: copy,
  });
  const wrong = stdout.matchAll(/(\w+)\/(?:imports-)?(\w+)\.ts:.*no-restricted-imports/g);
  expect(new Set([...wrong].map(([, from, to]) => `${from} -> ${to}`))).toEqual(
    new Set([
      ...['tensors', 'extension', 'vscode', 'node', 'toolkit'].map((to) => `webview -> ${to}`),
      ...['tensors', 'webview'].map((to) => `extension -> ${to}`),
    ]),
  );
});

test('every part is in the build', async () => {
  const { references } = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8'));
  const paths = references.map(({ path }: { path: string }) => path);
  expect(paths).toEqual(expect.arrayContaining(['./webview', ...folders.map((name) => `./server/${name}`)]));
});

const node = process.execPath;
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');

function importing(specifier: string): string {
  return `export { here } from '${specifier}';\n`;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(copy, path, '..'), { recursive: true });
  await writeFile(join(copy, path), text);
}
