import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { ServerError } from '../../errors.ts';
import type { WeightsFile } from '../../models/model.ts';

/** Refuses an output that is, or holds, a file that is read: `output-conflict`. Links are followed on both sides. */
export async function refuseInputs(output: string, inputs: readonly WeightsFile[]): Promise<void> {
  const destination = await real(output);
  for (const { path } of inputs) {
    for (const input of [path, await real(path)]) {
      const way = relative(destination, input);
      if (isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`)) continue;
      const problem = `holds ${input}, which the recipe reads; write somewhere else`;
      throw new ServerError('output-conflict', output, problem);
    }
  }
}

/** Of a path that may not exist yet: as much of it as does. */
async function real(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await real(parent), basename(path));
  }
}
