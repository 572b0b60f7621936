import { cp } from 'node:fs/promises';

/** Copies what is missing of the demo family; what the user has changed there stays as it is. */
export async function restoreDemo(source: string, folder: string): Promise<void> {
  await cp(source, folder, { recursive: true, force: false });
}
