import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { hubCacheFolder, isHubId } from '../../../server/models/hubCache.ts';
import { locateModel } from '../../../server/models/resolveReference.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const first = 'a'.repeat(40);
const second = `ab${'0'.repeat(38)}`;

/** A Hub cache of one model, ORG/NAME, with two commits; the environment points to it. */
async function withCache() {
  const folder = await temporaryFolder();
  const model = join(folder.path, 'cache', 'models--org--name');
  for (const commit of [first, second]) await mkdir(join(model, 'snapshots', commit), { recursive: true });
  await mkdir(join(model, 'refs', 'refs', 'pr'), { recursive: true });
  const refs = {
    main: first,
    'v1.0': `${second}\n`,
    'refs/pr/1': second,
    gone: 'b'.repeat(40),
    bad: '../../..',
  };
  for (const [name, commit] of Object.entries(refs)) await writeFile(join(model, 'refs', name), commit);
  await mkdir(join(folder.path, 'work'));
  vi.stubEnv('HF_HUB_CACHE', join(folder.path, 'cache'));
  const snapshot = (commit: string) => join(model, 'snapshots', commit);
  return {
    folder: join(folder.path, 'work'),
    model,
    snapshot,
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a reference', () => {
  test('is a path from the given folder, where that exists', async () => {
    await using cache = await withCache();
    const { folder } = cache;
    await mkdir(join(folder, 'models', 'base'), { recursive: true });
    expect(await locateModel({ model: 'models/base' }, { folder })).toEqual({
      path: join(folder, 'models/base'),
    });
    expect(await locateModel({ model: '../work/models/base/' }, { folder })).toEqual({
      path: join(folder, 'models/base'),
    });
    expect(await locateModel({ model: join(folder, 'models') }, { folder: '/' })).toEqual({
      path: join(folder, 'models'),
    });
  });

  test('is a path even where the Hub cache has that name', async () => {
    await using cache = await withCache();
    const { folder } = cache;
    await mkdir(join(folder, 'org', 'name'), { recursive: true });
    expect(await locateModel({ model: 'org/name' }, { folder })).toEqual({ path: join(folder, 'org/name') });
  });

  test('with "~" is in the home folder', async () => {
    await using cache = await withCache();
    expect(await locateModel({ model: '~' }, { folder: cache.folder })).toEqual({ path: homedir() });
    await expect(locateModel({ model: '~/no-such-model' }, { folder: cache.folder })).rejects.toMatchObject({
      code: 'model-not-found',
      subject: join(homedir(), 'no-such-model'),
    });
  });

  test('with "@" is a path where the whole of it is the name of one', async () => {
    await using cache = await withCache();
    const { folder } = cache;
    await mkdir(join(folder, 'lora@v2'));
    expect(await locateModel({ model: 'lora', revision: 'v2' }, { folder })).toEqual({
      path: join(folder, 'lora@v2'),
    });
  });

  test('of a path has no revision', async () => {
    await using cache = await withCache();
    const { folder } = cache;
    await mkdir(join(folder, 'lora'));
    await expect(locateModel({ model: 'lora', revision: 'v2' }, { folder })).rejects.toMatchObject({
      code: 'model-not-found',
      subject: join(folder, 'lora'),
      message: expect.stringMatching(/leave out @v2$/),
    });
  });

  test.each([
    ['the main branch where none is given', undefined, first],
    ['a branch', 'main', first],
    ['a tag', 'v1.0', second],
    ['a pull request', 'refs/pr/1', second],
    ['a commit', second, second],
    ['the first digits of a commit', 'aaaaaa', first],
  ])('is found in the Hub cache at %s', async (_what, revision, commit) => {
    await using cache = await withCache();
    const named = { model: 'org/name', ...(revision !== undefined && { revision }) };
    expect(await locateModel(named, { folder: cache.folder })).toEqual({
      path: cache.snapshot(commit),
      hubId: 'org/name',
      revision: commit,
    });
  });

  test.each([
    ['a branch that was not downloaded', 'next'],
    ['a branch whose files are gone', 'gone'],
    ['a ref that holds no commit', 'bad'],
    ['digits that no commit begins with', 'cccccc'],
    ['digits that are too few', 'aa'],
    ['a way out of refs', '../snapshots'],
    ['a hidden name', '.hidden'],
    ['an absolute path', '/etc/hostname'],
    ['a name with a zero byte', 'ma\0in'],
  ])('is not found in the Hub cache at %s', async (_what, revision) => {
    await using cache = await withCache();
    await expect(
      locateModel({ model: 'org/name', revision }, { folder: cache.folder }),
    ).rejects.toMatchObject({
      code: 'model-not-found',
    });
  });

  test('by digits that two commits begin with is not found', async () => {
    await using cache = await withCache();
    await mkdir(cache.snapshot(`aaaaaa${'1'.repeat(34)}`));
    await expect(
      locateModel({ model: 'org/name', revision: 'aaaaaa' }, { folder: cache.folder }),
    ).rejects.toMatchObject({ code: 'model-not-found' });
  });

  test('that is nowhere says both places and how to get it', async () => {
    await using cache = await withCache();
    const { folder } = cache;
    await expect(locateModel({ model: 'org/other', revision: 'v2' }, { folder })).rejects.toMatchObject({
      code: 'model-not-found',
      subject: join(folder, 'org/other@v2'),
      message:
        `${join(folder, 'org/other@v2')}: does not exist, and "org/other@v2" is not in the Hub cache ` +
        `${resolve(folder, '../cache')} either; what is on the Hub is fetched with: hf download org/other --revision v2`,
    });
  });

  test.each([
    ['leads out of the cache', '../../etc'],
    ['has three parts', 'org/name/more'],
    ['is longer than any name', 'x'.repeat(5000)],
    ['has a zero byte', 'org/na\0me'],
    ['is an address', 'https://huggingface.co/org/name'],
    ['goes through a file', 'file/name/x'],
  ])('that %s is no Hub id', async (_what, model) => {
    await using cache = await withCache();
    await writeFile(join(cache.folder, 'file'), '');
    await expect(locateModel({ model }, { folder: cache.folder })).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringMatching(/does not exist, and is no Hub id \(ORG\/NAME\) either$/),
    });
  });

  test('that is a link in circles is there, for its opening to fail', async () => {
    await using cache = await withCache();
    await symlink('loop', join(cache.folder, 'loop'));
    expect(await locateModel({ model: 'loop' }, { folder: cache.folder })).toEqual({
      path: join(cache.folder, 'loop'),
    });
  });

  test('is not looked for after a cancel', async () => {
    await using cache = await withCache();
    const signal = AbortSignal.abort();
    await expect(locateModel({ model: '.' }, { folder: cache.folder, signal })).rejects.toBe(signal.reason);
  });
});

describe('a Hub id', () => {
  test.each(['gpt2', 'Qwen/Qwen2.5-0.5B', 'a/b', '_x/y_', 'org/a.b-c_d'])('is %s', (text) => {
    expect(isHubId(text)).toBe(true);
  });

  test.each([
    '',
    '/',
    'a/',
    '/b',
    'a/b/c',
    '..',
    '.',
    'a/..',
    'a--b',
    'a..b',
    '-a',
    'a-',
    '.a',
    'a.',
    'a b',
    'a.git',
    'é',
  ])('is not %j', (text) => {
    expect(isHubId(text)).toBe(false);
  });
});

describe('the Hub cache', () => {
  const home = homedir();

  test.each<[what: string, environment: Readonly<Record<string, string>>, folder: string]>([
    ['by default', {}, join(home, '.cache/huggingface/hub')],
    ['with XDG_CACHE_HOME', { XDG_CACHE_HOME: '/x' }, '/x/huggingface/hub'],
    ['with HF_HOME before that', { XDG_CACHE_HOME: '/x', HF_HOME: '/h' }, '/h/hub'],
    ['with the old variable before that', { HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/o' }, '/o'],
    ['with HF_HUB_CACHE before all', { HUGGINGFACE_HUB_CACHE: '/o', HF_HUB_CACHE: '/c' }, '/c'],
    [
      'with empty variables',
      { HF_HUB_CACHE: '', HF_HOME: '', XDG_CACHE_HOME: '' },
      join(home, '.cache/huggingface/hub'),
    ],
    ['with a home folder in it', { HF_HOME: '~/hf' }, join(home, 'hf/hub')],
    ['with variables in it', { HF_HUB_CACHE: '/$A/${B}/$C', A: 'a', B: 'b' }, '/a/b/$C'],
    ['with a relative path', { HF_HUB_CACHE: 'cache' }, resolve('cache')],
  ])('%s is where huggingface_hub has it', (_what, environment, folder) => {
    expect(hubCacheFolder(environment)).toBe(folder);
  });
});
