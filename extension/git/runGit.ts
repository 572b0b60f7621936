import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

/** Where it runs, and what ends it. */
export interface GitOptions {
  readonly program: string;
  readonly folder: string;
  readonly signal: AbortSignal;
}

const run = promisify(execFile);

/** What a command of Git's prints, as bytes. Rejects where Git does not exit with 0; meant for short outputs. */
export async function gitOutput(
  args: readonly string[],
  { program, folder, signal }: GitOptions,
): Promise<Buffer> {
  const { stdout } = await run(program, args, { cwd: folder, signal, encoding: 'buffer', windowsHide: true });
  return stdout;
}

/** Writes what a command prints into a new file, however long it is. */
export async function gitIntoFile(
  args: readonly string[],
  path: string,
  { program, folder, signal }: GitOptions,
): Promise<void> {
  const child = spawn(program, args, {
    cwd: folder,
    signal,
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const [code] = await Promise.all([
    exitCode(child),
    pipeline(child.stdout, createWriteStream(path, { flags: 'wx' }), { signal }),
  ]);
  if (code !== 0) throw new Error(`git ${args[0]} exited with ${code}`);
}

/** Null where a signal ended it. */
async function exitCode(child: ChildProcess): Promise<number | null> {
  const [code]: unknown[] = await once(child, 'close');
  return typeof code === 'number' ? code : null;
}
