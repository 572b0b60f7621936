import { spawnSync } from 'node:child_process';
import * as files from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { writeAtomically } from '../../../server/bytes/atomicWrite.ts';
import { repairInterrupted } from '../../../server/bytes/repair.ts';
import { openStaging } from '../../../server/bytes/staging.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Calls of the file system that still succeed; afterwards the process counts as dead and nothing does. */
const fuse = vi.hoisted(() => ({ left: Infinity, refused: '' }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<Record<string, unknown>>();
  const fused = Object.entries(original).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value];
    return [
      name,
      async (...call: unknown[]) => {
        if (fuse.left-- <= 0) throw new Error('crash');
        if (name === 'rename' && call[0] === fuse.refused)
          throw Object.assign(new Error(name), { code: 'EPERM' });
        return await value(...call);
      },
    ];
  });
  return Object.fromEntries(fused);
});

const { pid: deadProcess } = spawnSync(process.execPath, ['--version']);

/** Lets the locks of a "crashed" run look as they would had the process really ended. */
async function bury(parent: string): Promise<void> {
  for (const folder of (await files.readdir(parent)).filter((name) => name.endsWith('.steering'))) {
    const names = await files.readdir(join(parent, folder));
    for (const name of names.filter((name) => /^lock(-[0-9a-f]+)?$/.test(name))) {
      const path = join(parent, folder, name);
      const text = await files.readFile(path, 'utf8');
      await files.writeFile(path, text.replace(`"process":${process.pid}`, `"process":${deadProcess}`));
    }
  }
}

async function writeOutput(destination: string, force: boolean): Promise<void> {
  await using staging = await openStaging(destination, { plan: 'plan', force });
  for (const unit of [0, 1]) {
    const path = await staging.create('data', 4);
    if (staging.finished.has(unit)) continue;
    const handle = await files.open(path, 'r+');
    await handle.write('new!'.slice(unit * 2, unit * 2 + 2), unit * 2);
    await handle.close();
    await staging.record([unit], null);
  }
  await writeAtomically(join(staging.output, 'config.json'), '{}');
  await staging.commit();
}

/** Runs with a fuse; returns whether it burned through. */
async function crashes(calls: number, action: () => Promise<void>): Promise<boolean> {
  fuse.left = calls;
  try {
    await action();
    return false;
  } catch {
    return true; // Whatever the dead process would have said, nobody heard it.
  } finally {
    fuse.left = Infinity;
  }
}

async function content(destination: string): Promise<string | undefined> {
  return await files.readFile(join(destination, 'data'), 'utf8').catch(() => undefined);
}

describe('a crash', () => {
  test('at any call leaves a new output absent or complete, and the next run completes it', async () => {
    let seen = 0;
    for (let calls = 0; ; calls++) {
      await using folder = await temporaryFolder();
      const destination = join(folder.path, 'out');
      if (!(await crashes(calls, () => writeOutput(destination, false)))) break;
      seen++;
      await bury(folder.path);
      const after = await content(destination);
      expect(['new!', undefined]).toContain(after);
      if (after === undefined) await writeOutput(destination, false);
      else await expect(writeOutput(destination, false)).rejects.toMatchObject({ code: 'output-exists' });
      expect(await content(destination)).toBe('new!');
      expect(await files.readdir(destination)).toEqual(['config.json', 'data']);
      expect(await files.readdir(folder.path)).toEqual(['out']);
    }
    expect(seen).toBeGreaterThan(30);
  }, 60_000);

  test('at any call leaves a replaced output old, new, or to be repaired by the next command', async () => {
    const states = new Set<string | undefined>();
    for (let calls = 0; ; calls++) {
      await using folder = await temporaryFolder();
      const destination = join(folder.path, 'out');
      await files.mkdir(destination);
      await files.writeFile(join(destination, 'data'), 'old!');
      if (!(await crashes(calls, () => writeOutput(destination, true)))) break;
      await bury(folder.path);
      states.add(await content(destination));
      await repairInterrupted(destination);
      expect(['old!', 'new!']).toContain(await content(destination));
      await writeOutput(destination, true);
      expect(await content(destination)).toBe('new!');
      expect(await files.readdir(destination)).toEqual(['config.json', 'data']);
      expect(await files.readdir(folder.path)).toEqual(['out']);
    }
    expect(states).toEqual(new Set(['old!', 'new!', undefined]));
  }, 60_000);
});

test('a rename that the system refuses brings the old output back, and the new one stays resumable', async () => {
  await using folder = await temporaryFolder();
  const destination = join(folder.path, 'out');
  await put(destination, 'old');
  fuse.refused = join(folder.path, '.out.steering', 'output');
  await expect(writeOutput(destination, true)).rejects.toMatchObject({
    code: 'write-failed',
    subject: destination,
  });
  fuse.refused = '';
  expect(await content(destination)).toBe('old');
  await writeOutput(destination, true);
  expect(await content(destination)).toBe('new!');
});

describe('repairInterrupted', () => {
  /** The table in `repair.ts`: which of the three are there before, and what is at the destination after. */
  test.each([
    [
      { output: true, replaced: false, destination: false },
      { repaired: false, after: undefined, staging: true },
    ],
    [
      { output: true, replaced: false, destination: true },
      { repaired: false, after: 'now', staging: true },
    ],
    [
      { output: true, replaced: true, destination: false },
      { repaired: true, after: 'new', staging: false },
    ],
    [
      { output: false, replaced: true, destination: true },
      { repaired: true, after: 'now', staging: false },
    ],
    [
      { output: false, replaced: true, destination: false },
      { repaired: true, after: 'old', staging: false },
    ],
    [
      { output: false, replaced: false, destination: true },
      { repaired: true, after: 'now', staging: false },
    ],
    [
      { output: false, replaced: false, destination: false },
      { repaired: true, after: undefined, staging: false },
    ],
  ])('%o gives %o', async (before, { repaired, after, staging }) => {
    await using folder = await temporaryFolder();
    const destination = join(folder.path, 'out');
    await arrange(folder.path, before);
    expect(await repairInterrupted(destination)).toBe(repaired);
    expect(await content(destination)).toBe(after);
    expect((await files.readdir(folder.path)).includes('.out.steering')).toBe(staging);
  });

  test('refuses to choose when the name was taken in between', async () => {
    await using folder = await temporaryFolder();
    await arrange(folder.path, { output: true, replaced: true, destination: true });
    await expect(repairInterrupted(join(folder.path, 'out'))).rejects.toMatchObject({
      code: 'output-conflict',
    });
    expect(await content(join(folder.path, 'out'))).toBe('now');
  });

  test('does nothing where nothing was begun, or in a folder that is not ours', async () => {
    await using folder = await temporaryFolder();
    expect(await repairInterrupted(join(folder.path, 'none', 'out'))).toBe(false);
    await files.mkdir(join(folder.path, '.out.steering', 'replaced'), { recursive: true });
    expect(await repairInterrupted(join(folder.path, 'out'))).toBe(false);
    expect(await files.readdir(join(folder.path, '.out.steering'))).toEqual(['replaced']);
  });

  test('leaves a living writer alone', async () => {
    await using folder = await temporaryFolder();
    await using staging = await openStaging(join(folder.path, 'out'), { plan: 'plan' });
    await files.rm(staging.output, { recursive: true });
    expect(await repairInterrupted(join(folder.path, 'out'))).toBe(false);
    expect(await files.readdir(folder.path)).toEqual(['.out.steering']);
  });

  test('removes what was left of removing, and nothing that looks like it', async () => {
    await using folder = await temporaryFolder();
    const names = [
      '.out.steering.0123456789ab.removed',
      '.out.steering.mine.removed',
      '.other.steering.0123456789ab.removed',
    ];
    for (const name of names) await files.mkdir(join(folder.path, name, 'x'), { recursive: true });
    await repairInterrupted(join(folder.path, 'out'));
    expect((await files.readdir(folder.path)).toSorted()).toEqual(names.slice(1).toSorted());
  });
});

interface Present {
  readonly output: boolean;
  readonly replaced: boolean;
  readonly destination: boolean;
}

async function arrange(parent: string, present: Present): Promise<void> {
  const folder = join(parent, '.out.steering');
  const journal = {
    version: 1,
    plan: 'plan',
    started: '',
    finished: [[0, 0]],
    files: [['data', 3]],
    payload: null,
  };
  await files.mkdir(folder);
  await files.writeFile(join(folder, 'journal.json'), JSON.stringify(journal));
  if (present.output) await put(join(folder, 'output'), 'new');
  if (present.replaced) await put(join(folder, 'replaced'), 'old');
  if (present.destination) await put(join(parent, 'out'), 'now');
}

async function put(folder: string, text: string): Promise<void> {
  await files.mkdir(folder);
  await files.writeFile(join(folder, 'data'), text);
}
