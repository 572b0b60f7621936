import { statSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from './steer.ts';

export type FoundPython = { readonly command: string } | { readonly reason: string };

/**
 * A Python that can import these modules: WEIGHT_STEERING_PYTHON (a program, or the folder of a virtual environment),
 * PYTHON, `python3`, `python`; or why there is none.
 */
export async function findPython(modules: readonly string[]): Promise<FoundPython> {
  const given = process.env['WEIGHT_STEERING_PYTHON'];
  const candidates = [
    given === undefined ? undefined : programOf(given),
    process.env['PYTHON'],
    'python3',
    'python',
  ];
  const failures: string[] = [];
  for (const command of new Set(candidates)) {
    if (command === undefined || command === '') continue;
    const failure = await lacks(command, modules);
    if (failure === undefined) return { command };
    failures.push(`${command}: ${failure}`);
  }
  const remedy = 'name one with WEIGHT_STEERING_PYTHON';
  return { reason: `no Python with ${modules.join(', ')} (${failures.join('; ')}); ${remedy}` };
}

function programOf(given: string): string {
  const isFolder = statSync(given, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? join(given, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python') : given;
}

/** What it says last when it cannot import them; undefined where it can. */
async function lacks(command: string, modules: readonly string[]): Promise<string | undefined> {
  try {
    const { code, stderr } = await finished(command, ['-c', `import ${modules.join(', ')}`]);
    return code === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? `ended with ${code}`);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
