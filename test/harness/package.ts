import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runNode } from './programs.ts';
import { readZip } from './zip.ts';

/**
 * `npm run package`: the VSIX for this platform, checked against the list of files in test/fixtures/package.txt.
 * `--out FILE` names it, `--update` writes the list anew.
 */
const root = resolve(import.meta.dirname, '../..');
const list = join(root, 'test/fixtures/package.txt');
const target = `${process.platform}-${process.arch}`;
const { values } = parseArgs({ options: { out: { type: 'string' }, update: { type: 'boolean' } } });
const vsix = resolve(values.out ?? join(root, `dist/weight-steering-${target}.vsix`));

await succeed('esbuild.mjs', '--production');
await makeVsix();
const files = portable([...(await readZip(vsix)).keys()]);
if (values.update === true) await writeFile(list, `${files.join('\n')}\n`);
const expected = (await readFile(list, 'utf8')).trimEnd().split('\n');
const surplus = files.filter((file) => !expected.includes(file));
const missing = expected.filter((file) => !files.includes(file));
for (const file of surplus) console.error(`In the VSIX, but not in test/fixtures/package.txt: ${file}`);
for (const file of missing) console.error(`Not in the VSIX, but in test/fixtures/package.txt: ${file}`);
if (surplus.length + missing.length > 0) process.exitCode = 1;

async function makeVsix(): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'package-'));
  try {
    const ignore = join(temporary, 'vscodeignore');
    const binaries = `!node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/**\n`;
    await writeFile(ignore, (await readFile(join(root, '.vscodeignore'), 'utf8')) + binaries);
    const links = ['--allow-missing-repository', '--no-rewrite-relative-links'];
    const options = ['--target', target, '--ignoreFile', ignore, '--out', vsix, ...links];
    await succeed('node_modules/@vscode/vsce/vsce', 'package', ...options);
  } finally {
    await rm(temporary, { recursive: true });
  }
}

async function succeed(...args: readonly string[]): Promise<void> {
  if ((await runNode(args)) !== 0) throw new Error(`node ${args.join(' ')} failed`);
}

/** The same list on every platform: all of the native libraries become one line. */
function portable(names: readonly string[]): string[] {
  const native = /^(extension\/node_modules\/onnxruntime-node\/bin\/napi-v6)\/.*/;
  return [...new Set(names.map((name) => name.replace(native, '$1/<platform>')))].toSorted();
}
