import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../../server/bytes/lock.ts';
import { openStaging, type Staging } from '../../../server/bytes/staging.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function write(staging: Staging, text: string): Promise<void> {
  await writeFile(await staging.create('data', text.length), text, { flag: 'r+' });
  await staging.record([0], null);
}

/** Leaves a staging folder with recorded work, as a cancelled command does. */
async function leave(destination: string, plan = 'plan'): Promise<string> {
  await using staging = await openStaging(destination, { plan });
  await write(staging, 'half');
  return staging.folder;
}

describe('openStaging', () => {
  test('shows nothing at the destination until commit, then everything and nothing else', async () => {
    await using folder = await temporaryFolder();
    const destination = join(folder.path, 'new', 'odd "name" \n ü*?');
    await using staging = await openStaging(destination, { plan: 'plan' });
    expect(basename(staging.folder)).toBe(`.${basename(destination)}.steering`);
    await write(staging, 'text');
    expect(await readdir(dirname(destination))).toEqual([basename(staging.folder)]);
    await staging.commit();
    expect(await readdir(dirname(destination))).toEqual([basename(destination)]);
    expect(await readdir(destination)).toEqual(['data']);
    expect(await readFile(join(destination, 'data'), 'utf8')).toBe('text');
  });

  test('resumes the same plan where it was left', async () => {
    await using folder = await temporaryFolder();
    const destination = join(folder.path, 'out');
    {
      await using staging = await openStaging(destination, { plan: 'plan' });
      await writeFile(await staging.create('data', 4), 'keep', { flag: 'r+' });
      await staging.record([0, 1, 2, 7, 9, 8], { sums: [1.5] });
    }
    await using staging = await openStaging(destination, { plan: 'plan' });
    expect([...staging.finished]).toEqual([0, 1, 2, 7, 8, 9]);
    expect(staging.payload).toEqual({ sums: [1.5] });
    expect(await readFile(await staging.create('data', 4), 'utf8')).toBe('keep');
  });

  test('keeps the journal as ranges, with plan, process and host', async () => {
    await using folder = await temporaryFolder();
    await using staging = await openStaging(join(folder.path, 'out'), { plan: 'abc' });
    await staging.create('data', 4);
    await Promise.all([staging.record([0, 1], 'a'), staging.record([2, 5], 'b')]);
    const journal: unknown = JSON.parse(await readFile(join(staging.folder, 'journal.json'), 'utf8'));
    expect(journal).toMatchObject({
      plan: 'abc',
      process: process.pid,
      finished: [
        [0, 2],
        [5, 5],
      ],
      files: [['data', 4]],
      payload: 'b',
    });
  });

  test('leaves nothing behind when nothing was recorded', async () => {
    await using folder = await temporaryFolder();
    {
      await using staging = await openStaging(join(folder.path, 'out'), { plan: 'plan' });
      await staging.create('data', 4);
    }
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('abandons recorded work when told to', async () => {
    await using folder = await temporaryFolder();
    await using staging = await openStaging(join(folder.path, 'out'), { plan: 'plan' });
    await write(staging, 'half');
    await staging.abandon();
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('starts over when a file that the journal vouches for is not as it was', async () => {
    await using folder = await temporaryFolder();
    const destination = join(folder.path, 'out');
    await truncate(join(await leave(destination), 'output', 'data'), 1);
    await using staging = await openStaging(destination, { plan: 'plan' });
    expect(staging.finished.size).toBe(0);
    expect(await readdir(staging.output)).toEqual([]);
  });

  test('refuses to continue another plan, naming both and the folder', async () => {
    await using folder = await temporaryFolder();
    const staging = await leave(join(folder.path, 'out'), 'theirs');
    await expect(openStaging(join(folder.path, 'out'), { plan: 'ours', force: true })).rejects.toMatchObject({
      code: 'output-conflict',
      subject: staging,
      message: expect.stringMatching(/plan theirs.*plan ours.*delete this folder/),
    });
    expect(await readFile(join(staging, 'output', 'data'), 'utf8')).toBe('half');
  });

  test.each([
    ['a folder with other things in it', (path: string) => mkdir(join(path, 'photos'), { recursive: true })],
    ['a file', (path: string) => writeFile(path, '')],
    ['a symbolic link', (path: string) => symlink('.', path)],
    [
      'a folder with a journal that is not one',
      async (path: string) => {
        await mkdir(path);
        await writeFile(join(path, 'journal.json'), '{"version":2}');
      },
    ],
    [
      'a folder with a torn journal',
      async (path: string) => {
        await mkdir(path);
        await writeFile(join(path, 'journal.json'), '{"ver');
      },
    ],
  ])('refuses %s where its own folder would be', async (_, occupy) => {
    await using folder = await temporaryFolder();
    await occupy(join(folder.path, '.out.steering'));
    await expect(openStaging(join(folder.path, 'out'), { plan: 'plan' })).rejects.toMatchObject({
      code: 'output-conflict',
    });
  });

  test('does not begin once aborted', async () => {
    await using folder = await temporaryFolder();
    const opened = openStaging(join(folder.path, 'out'), { plan: 'plan', signal: AbortSignal.abort() });
    await expect(opened).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('says which path could not be written', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'file'), '');
    await expect(openStaging(join(folder.path, 'file', 'out'), { plan: 'plan' })).rejects.toMatchObject({
      code: 'write-failed',
    });
    await using staging = await openStaging(join(folder.path, 'out'), { plan: 'plan' });
    await expect(staging.create('../data', 1)).rejects.toMatchObject({ code: 'write-failed' });
    await expect(staging.create('..', 1)).rejects.toMatchObject({ code: 'write-failed' });
  });
});

describe('a living process', () => {
  test('keeps others out by name until it is dead, and then its work goes on', async () => {
    await using folder = await temporaryFolder();
    const destination = join(folder.path, 'out');
    const script = fileURLToPath(new URL('holdStaging.ts', import.meta.url));
    const holder = spawn(process.execPath, [script, destination], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    await expect(openStaging(destination, { plan: 'plan' })).rejects.toMatchObject({
      code: 'output-busy',
      message: expect.stringContaining(`process ${holder.pid} on this machine`),
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await using staging = await openStaging(destination, { plan: 'plan' });
    expect([...staging.finished]).toEqual([0]);
    expect(staging.payload).toEqual({ note: 'from another process' });
  });

  test('keeps out a second writer in itself', async () => {
    await using folder = await temporaryFolder();
    await using staging = await openStaging(join(folder.path, 'out'), { plan: 'plan' });
    await expect(openStaging(join(folder.path, 'out'), { plan: 'plan' })).rejects.toMatchObject({
      code: 'output-busy',
    });
    await staging.create('data', 1);
  });

  test('is not asked about on another machine', async () => {
    await using folder = await temporaryFolder();
    const holder = {
      id: 'ab',
      process: 1,
      processStart: null,
      host: 'elsewhere.example',
      since: '2026-01-01',
    };
    await writeFile(join(folder.path, 'lock'), JSON.stringify(holder));
    await expect(acquireLock(folder.path)).rejects.toMatchObject({
      code: 'output-busy',
      message: expect.stringContaining('process 1 on elsewhere.example'),
    });
  });

  test('of many that find a dead holder, one takes its place', async () => {
    await using folder = await temporaryFolder();
    const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(dead, 'exit');
    const { hostname } = await import('node:os');
    const holder = { id: 'ab', process: dead.pid, processStart: null, host: hostname(), since: '2026-01-01' };
    await writeFile(join(folder.path, 'lock'), JSON.stringify(holder));
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => acquireLock(folder.path)));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('lets go for the next one', async () => {
    await using folder = await temporaryFolder();
    for (let turn = 0; turn < 3; turn++) await (await acquireLock(folder.path)).release();
    const lock = await acquireLock(folder.path);
    await expect(acquireLock(folder.path)).rejects.toMatchObject({ code: 'output-busy' });
    await lock.release();
  });
});

describe('a destination that exists', () => {
  test('is refused, also when it comes into being meanwhile', async () => {
    await using folder = await temporaryFolder();
    const destination = join(folder.path, 'out');
    await using staging = await openStaging(destination, { plan: 'plan' });
    await write(staging, 'text');
    await writeFile(destination, 'theirs');
    await expect(staging.commit()).rejects.toMatchObject({ code: 'output-exists', subject: destination });
    await expect(openStaging(destination, { plan: 'plan' })).rejects.toMatchObject({ code: 'output-exists' });
    await rm(destination);
    await staging.commit();
    expect(await readFile(join(destination, 'data'), 'utf8')).toBe('text');
  });

  test.each([
    [
      'a folder',
      async (path: string) => {
        await mkdir(path);
        await writeFile(join(path, 'old'), '');
      },
    ],
    ['a file', (path: string) => writeFile(path, '')],
    ['a symbolic link', (path: string) => symlink('target', path)],
    ['a dangling link', (path: string) => symlink('nowhere', path)],
  ])('is replaced by force: %s', async (_, occupy) => {
    await using folder = await temporaryFolder();
    const destination = join(folder.path, 'out');
    await mkdir(join(folder.path, 'target'));
    await writeFile(join(folder.path, 'target', 'precious'), '');
    await occupy(destination);
    await using staging = await openStaging(destination, { plan: 'plan', force: true });
    await write(staging, 'text');
    await staging.commit();
    expect(await readdir(destination)).toEqual(['data']);
    expect(await readdir(join(folder.path, 'target'))).toEqual(['precious']);
    expect((await readdir(folder.path)).toSorted()).toEqual(['out', 'target']);
  });

  test.each([
    ['the current folder', process.cwd()],
    ['a folder that holds it', dirname(process.cwd())],
  ])('is not replaced where it is %s', async (_, destination) => {
    await expect(openStaging(destination, { plan: 'plan', force: true })).rejects.toMatchObject({
      code: 'output-exists',
    });
  });

  test('is not replaced where it is a root', async () => {
    await expect(openStaging('/', { plan: 'plan', force: true })).rejects.toMatchObject({
      code: 'write-failed',
    });
  });
});

test('a commit refuses files that are not of their size', async () => {
  await using folder = await temporaryFolder();
  await using staging = await openStaging(join(folder.path, 'out'), { plan: 'plan' });
  const path = await staging.create('data', 4);
  await truncate(path, 3);
  await expect(staging.commit()).rejects.toMatchObject({ code: 'write-failed', subject: path });
});
