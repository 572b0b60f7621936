import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A window with two folders: the demo family under a name with a space and an accent, and an adapter of its own. */
export async function demoWorkspace(): Promise<{ readonly file: string } & AsyncDisposable> {
  const home = await mkdtemp(join(tmpdir(), 'workspace-'));
  const demo = resolve(import.meta.dirname, '../../media/demo');
  await cp(demo, join(home, 'Modèles 1'), { recursive: true });
  await cp(join(demo, 'task'), join(home, 'second/task'), { recursive: true });
  const file = join(home, 'two.code-workspace');
  await writeFile(file, JSON.stringify({ folders: [{ path: 'Modèles 1' }, { path: 'second' }] }));
  return { file, [Symbol.asyncDispose]: () => rm(home, { recursive: true, maxRetries: 5 }) };
}
