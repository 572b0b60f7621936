import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Cache, cacheFolder } from '../../../server/bytes/cache.ts';
import { pruneFolder } from '../../../server/bytes/pruneFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = await temporaryFolder();
afterAll(() => folder[Symbol.asyncDispose]());
const content = Uint8Array.of(1, 2, 3);

test('what was written is read again, by all of its key', async () => {
  const cache = new Cache({ folder: join(folder.path, 'cache') });
  await cache.write(['a', 1], content);
  expect(new Uint8Array((await cache.read(['a', 1]))!)).toEqual(content);
  for (const other of [['a', 2], ['a'], ['a', '1'], []]) expect(await cache.read(other)).toBeUndefined();
});

test('whoever cannot write does without', async () => {
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  const cache = new Cache({ folder: file });
  await cache.write(['a'], content);
  expect(await cache.read(['a'])).toBeUndefined();
});

test('beyond the limit, what was used longest ago goes first, and nothing of others', async () => {
  const path = join(folder.path, 'pruned');
  for (const [index, part] of ['00', '7f', 'ff'].entries()) {
    mkdirSync(join(path, part), { recursive: true });
    writeFileSync(join(path, part, 'entry'), Buffer.alloc(100));
    utimesSync(join(path, part, 'entry'), 1000 + index, 1000 + index);
  }
  mkdirSync(join(path, 'theirs'));
  writeFileSync(join(path, 'theirs', 'large'), Buffer.alloc(1000));
  await pruneFolder(path, 250);
  expect(['00', '7f', 'ff', 'theirs'].map((part) => readdirSync(join(path, part)).length)).toEqual([
    0, 1, 1, 1,
  ]);
});

test('reading counts as use', async () => {
  const options = { folder: join(folder.path, 'used'), mostBytes: 250 };
  const fill = async () => {
    for (const key of ['first', 'second'])
      await new Cache({ ...options, mostBytes: 1e6 }).write([key], Buffer.alloc(100));
  };
  await fill();
  for (const part of readdirSync(options.folder))
    for (const name of readdirSync(join(options.folder, part)))
      utimesSync(join(options.folder, part, name), 1000, 1000);
  await new Cache(options).read(['first']);
  await new Cache(options).write(['third'], Buffer.alloc(100));
  const kept = await Promise.all(['first', 'second', 'third'].map((key) => new Cache(options).read([key])));
  expect(kept.map((entry) => entry?.length)).toEqual([100, undefined, 100]);
});

describe('the folder', () => {
  test.each([
    ['where the variable says', { WEIGHT_STEERING_CACHE: 'here' }, 'linux', resolve('here')],
    ['on Linux', { XDG_CACHE_HOME: '/x' }, 'linux', join('/x', 'weight-steering')],
    ['on Linux without a variable', {}, 'linux', join(homedir(), '.cache', 'weight-steering')],
    [
      'an empty variable is none',
      { WEIGHT_STEERING_CACHE: '', XDG_CACHE_HOME: '/x' },
      'linux',
      join('/x', 'weight-steering'),
    ],
    ['on macOS', {}, 'darwin', join(homedir(), 'Library', 'Caches', 'weight-steering')],
    ['on Windows', { LOCALAPPDATA: '/local' }, 'win32', join('/local', 'weight-steering')],
  ] as const)('%s', (_, environment, platform, expected) => {
    expect(cacheFolder(environment, platform)).toBe(expected);
  });
});
