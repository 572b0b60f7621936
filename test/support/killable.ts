import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { productNode, root } from './steer.ts';

/** A command line that is running and may be ended from outside. */
export interface Running {
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string }>;
  readonly signal: (name: NodeJS.Signals) => void;
}

/** Starts the built command line in a folder. */
export function start(args: readonly string[], cwd: string): Running {
  const { promise: ended, resolve, reject } = Promise.withResolvers<Awaited<Running['ended']>>();
  const cli = join(root, 'dist/steer.cjs');
  const child = spawn(productNode, [cli, ...args], { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.once('error', reject);
  child.once('close', (code) => resolve({ code, stdout }));
  return { ended, signal: (name) => void child.kill(name) };
}
