import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const running = new Set<ChildProcess>();

/**
 * Runs this Node on a script of the repository, its output where ours goes, and resolves to its exit status
 * (null: a signal). It has a process group of its own, and what is left of that when it ends, ends too.
 */
export async function runNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number | null> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
  });
  running.add(child);
  const [code] = await once(child, 'exit');
  stop(child, 'SIGKILL');
  running.delete(child);
  return typeof code === 'number' ? code : null;
}

/** What runs in other process groups hears of Ctrl-C only from here. */
export function endWithThis(): void {
  for (const [name, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(name, () => {
      for (const child of running) stop(child, name);
      process.exit(status);
    });
  }
}

function stop({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // Nothing was left.
  }
}
