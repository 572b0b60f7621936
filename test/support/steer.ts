import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/**
 * The Node that product code runs on: process tests spawn this one, never `process.execPath`.
 * `npm test` runs them twice, the second time with STEER_NODE naming Node 22, the floor of product code.
 */
export const productNode = process.env['STEER_NODE'] ?? process.execPath;

export interface Finished {
  /** Exit status; null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line, and waits for its end. */
export function steer(
  args: readonly string[],
  { cwd = root, env = {}, cli = join(root, 'dist/steer.cjs') }: SteerOptions = {},
): Promise<Finished> {
  return finished(productNode, [cli, ...args], { cwd, env });
}

export interface SteerOptions {
  readonly cwd?: string;
  /** Beside what the tests themselves run with. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cli?: string;
}

/** Runs a program with nothing on its standard input, and waits for its end whatever that is. */
export function finished(
  command: string,
  args: readonly string[],
  { cwd = root, env = {} }: Pick<SteerOptions, 'cwd' | 'env'> = {},
): Promise<Finished> {
  const { promise, resolve: done, reject } = Promise.withResolvers<Finished>();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.once('error', reject);
  child.once('close', (code) => done({ code, stdout, stderr }));
  return promise;
}
