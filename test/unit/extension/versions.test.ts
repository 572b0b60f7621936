import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { lfsObject } from '../../../extension/git/lfsObject.ts';
import { objectName, versionAt } from '../../../extension/git/version.ts';
import { VersionFiles } from '../../../extension/git/versionFiles.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const path = '/repo/a model/w.safetensors';
const never = new AbortController().signal;

test.each([
  ['HEAD', 'HEAD:./w.safetensors'],
  ['~', ':./w.safetensors'],
  ['', ':./w.safetensors'],
  ['~2', ':2:./w.safetensors'],
  ['1a2b^', '1a2b^:./w.safetensors'],
])('the version %j is %s to Git', (ref, name) => {
  const version = versionAt({ scheme: 'git', query: JSON.stringify({ path, ref }) });
  expect(version).toEqual({ path, ref });
  expect(version && objectName(version)).toBe(name);
});

test.each([
  { scheme: 'file', query: JSON.stringify({ path, ref: '' }) },
  { scheme: 'git', query: '' },
  { scheme: 'git', query: 'null' },
  { scheme: 'git', query: '{"path":1,"ref":""}' },
])('%j is no version', (address) => {
  expect(versionAt(address)).toBeUndefined();
});

/** A repository with one file committed, another version of it staged, and a third in the working tree. */
async function repository() {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'mes modèles', 'w.safetensors');
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder.path });
  const write = (content: string | Buffer) => writeFile(file, content);
  await mkdir(dirname(file));
  git('init', '--quiet');
  await write('committed');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  const versions = new VersionFiles(join(folder.path, 'taken'), async () => 'git');
  const read = async (ref: string) =>
    await readFile(await versions.fileOf({ path: file, ref }, never), 'utf8');
  return { file, git, write, versions, read, taken: join(folder.path, 'taken'), ...folder };
}

test('versions are taken out of Git: of a commit, of the index, and what the working tree is compared with', async () => {
  await using repo = await repository();
  expect(await repo.read('~')).toBe('committed');
  await repo.write('staged');
  repo.git('add', 'mes modèles');
  await repo.write('written');
  expect(await Promise.all(['HEAD', '', '~'].map(repo.read))).toEqual(['committed', 'staged', 'staged']);
  expect(await repo.read('HEAD')).toBe('committed');
  // Each is there once, whole, and nothing else is.
  const kept = await readdir(repo.taken, { recursive: true });
  expect(kept.filter((name) => name.endsWith('w.safetensors'))).toHaveLength(2);
  expect(kept).toHaveLength(4);
});

test('a version that Git does not have is refused by its name', async () => {
  await using repo = await repository();
  await expect(repo.read('nowhere')).rejects.toThrow('Git has no w.safetensors in nowhere.');
  const added = join(repo.path, 'new.gguf');
  await writeFile(added, 'x');
  await expect(repo.versions.fileOf({ path: added, ref: '~' }, never)).rejects.toThrow(
    'Git has no earlier version of new.gguf.',
  );
});

test('what Git LFS has is taken from there, and of what it has not the pointer is shown', async () => {
  await using repo = await repository();
  const content = Buffer.alloc(5000, 7);
  const oid = createHash('sha256').update(content).digest('hex');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 5000\n`;
  await repo.write(pointer);
  repo.git('add', 'mes modèles');
  const version = { path: repo.file, ref: '' };
  const file = await repo.versions.fileOf(version, never);
  expect(await readFile(file, 'utf8')).toBe(pointer);
  await rm(repo.taken, { recursive: true });
  const object = join(repo.path, '.git', lfsObject(pointer) ?? '');
  await mkdir(dirname(object), { recursive: true });
  await writeFile(object, content);
  expect((await readFile(await repo.versions.fileOf(version, never))).equals(content)).toBe(true);
});

test('versions that nobody has looked at for long go', async () => {
  await using repo = await repository();
  const old = join(repo.taken, 'old');
  await mkdir(old, { recursive: true });
  await utimes(old, 0, 0);
  await repo.read('HEAD');
  expect(await readdir(repo.taken)).toHaveLength(1);
  expect(await readdir(repo.taken)).not.toContain('old');
});

test('only a pointer of Git LFS is one', () => {
  expect(lfsObject('{"a": 1}')).toBeUndefined();
  expect(lfsObject('version https://git-lfs.github.com/spec/v1\nsize 3\n')).toBeUndefined();
});
