import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { restoreDemo } from '../../../extension/demo/restoreDemo.ts';
import { hasHubCache } from '../../../extension/discovery/hubCache.ts';
import { steerScripts } from '../../../extension/terminal/steerScripts.ts';
import { finished } from '../../support/steer.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "it's $HOME "))));
afterAll(() => rm(folder, { recursive: true }));

test('the demo comes back where something is missing, and what was changed stays', async () => {
  const [source, demo] = [join(folder, 'source'), join(folder, 'demo')];
  await mkdir(join(source, 'base'), { recursive: true });
  for (const name of ['a.yaml', 'b.yaml', 'base/config.json']) await writeFile(join(source, name), 'ours');
  await restoreDemo(source, demo);
  await writeFile(join(demo, 'a.yaml'), 'changed');
  await rm(join(demo, 'base'), { recursive: true });
  await restoreDemo(source, demo);
  expect(await readFile(join(demo, 'a.yaml'), 'utf8')).toBe('changed');
  expect(await readFile(join(demo, 'base/config.json'), 'utf8')).toBe('ours');
});

test.skipIf(process.platform === 'win32')(
  'steer runs in a POSIX shell, from odd places, with odd arguments',
  async () => {
    const program = join(folder, 'print.cjs');
    const script = join(folder, 'steer');
    await writeFile(program, 'console.log(JSON.stringify(process.argv.slice(2)))');
    await writeFile(script, steerScripts({ node: process.execPath, program }).get('steer')!);
    await chmod(script, 0o755);
    const { stdout } = await finished(script, ['write', "it's $HOME", '']);
    expect(JSON.parse(stdout)).toEqual(['write', "it's $HOME", '']);
  },
);

test('on Windows steer is a batch file', () => {
  const text = steerScripts({ node: 'C:\\a b\\Code.exe', program: 'C:\\100%\\steer.cjs' }).get('steer.cmd');
  expect(text?.split('\r\n')).toEqual([
    '@echo off',
    'setlocal',
    'set ELECTRON_RUN_AS_NODE=1',
    '"C:\\a b\\Code.exe" "C:\\100%%\\steer.cjs" %*',
    '',
  ]);
});

test('the Hub cache is where huggingface_hub has it', async () => {
  await mkdir(join(folder, 'hf', 'hub'), { recursive: true });
  expect(await hasHubCache(null, { HF_HOME: join(folder, 'hf'), HF_HUB_CACHE: '' })).toBe(true);
  expect(await hasHubCache(null, { HF_HUB_CACHE: join(folder, 'none'), HF_HOME: join(folder, 'hf') })).toBe(
    false,
  );
  expect(await hasHubCache(join(folder, 'hf'), {})).toBe(true);
});
