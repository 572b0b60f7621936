import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { npmInstall, say } from './install.ts';

const home = resolve(import.meta.dirname, '../../.vscode-test/node-22');
const binary = process.platform === 'win32' ? 'node.exe' : 'node';
const inside = join('node_modules/node/bin', binary);

/**
 * The path of Node 22, the oldest that product code must run on. In a folder of its own: two
 * packages with a `node` command in one tree collide.
 */
export async function ensureNode22(): Promise<string> {
  const path = join(home, inside);
  if (existsSync(path)) return path;
  say('Installing Node 22 into .vscode-test (100 MB, once) …');
  const partial = `${home}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await writeFile(join(partial, 'package.json'), '{ "private": true, "allowScripts": { "node": true } }');
  await npmInstall('Node 22', partial, 'node@22');
  const version = execFileSync(join(partial, inside), ['--version'], { encoding: 'utf8' }).trim();
  if (!version.startsWith('v22.')) throw new Error(`Got Node ${version}, not 22.`);
  await rename(partial, home); // Only a whole installation ever has the final name.
  return path;
}

if (import.meta.main) console.log(await ensureNode22());
