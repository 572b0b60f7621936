import { access } from 'node:fs/promises';

/** Whether something is at a path that can be seen from here. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false; // What cannot be seen is not there for us.
  }
}
