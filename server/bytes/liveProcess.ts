import { readFile } from 'node:fs/promises';
import { systemCode } from './ioFailure.ts';

/**
 * When a process of this machine was started, in the kernel's own unit: with the number it tells processes apart
 * after numbers were used again. Null where the platform does not say, or the process is gone.
 */
export async function processStart(id: number): Promise<string | null> {
  const fields = await kernelFields(id);
  return fields?.[19] ?? null;
}

/** Whether the process that had this number and start is still running; a finished one that nobody waited for is not. */
export async function isAlive(id: number, start: string | null): Promise<boolean> {
  if (!answers(id)) return false;
  const fields = await kernelFields(id);
  if (fields === undefined) return true;
  return fields[0] !== 'Z' && (start === null || fields[19] === start);
}

/** Signal 0 only asks; EPERM means that somebody else's process answers. */
function answers(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

/** `/proc/<id>/stat` from the third field on (proc(5)); the second, a name in parentheses, may hold anything. */
async function kernelFields(id: number): Promise<readonly string[] | undefined> {
  try {
    const text = await readFile(`/proc/${id}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined; // No such process, or no Linux.
  }
}
