import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Tries three times, for when the registry does not answer at once; `what` is for the message when it never does. */
export async function npmInstall(what: string, folder: string, ...args: readonly string[]): Promise<void> {
  const cli = process.env['npm_execpath'];
  const [command, ...first] = cli === undefined ? (['npm'] as const) : ([process.execPath, cli] as const);
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--fetch-retry-mintimeout=1000'];
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(command, [...first, 'install', ...quiet, ...args], folder);
    } catch (error) {
      if (attempt === 3) {
        const advice =
          'See what npm said above; `npm ping` tells whether its registry answers. Then run this again.';
        throw new Error(`${what} is missing, and npm could not install it. ${advice}`, { cause: error });
      }
      say(`${String(error)} Trying again in ${10 * attempt} s.`);
      await setTimeout(10_000 * attempt);
    }
  }
}

/** Rejects unless the program ends with 0; of what it prints only the errors are shown. This project's Node is first in its PATH, as npm scripts have it. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  errors: 'inherit' | 'ignore' = 'inherit',
): Promise<void> {
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'ignore', errors],
    shell: process.platform === 'win32' && command === 'npm', // npm is a script there.
  });
  child.once('error', reject);
  child.once('exit', (code) =>
    code === 0 ? resolve() : reject(new Error(`${command} ${args.join(' ')} ended with ${code}.`)),
  );
  return promise;
}

export function say(text: string): void {
  console.log(text);
}
