import { stat } from 'node:fs/promises';

/** Whether there is a folder at a path; links are followed. */
export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}
