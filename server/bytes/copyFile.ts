import { constants } from 'node:fs';
import * as files from 'node:fs/promises';
import { openFile } from './fileSource.ts';
import { writing } from './ioFailure.ts';
import { syncFile } from './sync.ts';

/**
 * Copies a regular file, links followed, as a clone where the file system can; what was at `destination` is
 * replaced, never written through; the copy may be written even if the original may not. Errors: those of `openFile` for the source, `disk-full`, `write-failed`.
 */
export async function copyFile(source: string, destination: string, signal?: AbortSignal): Promise<void> {
  await using opened = await openFile(source, signal);
  await writing(destination, async () => {
    await files.rm(destination, { force: true });
    await files.copyFile(opened.name, destination, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    const { mode } = await files.stat(destination);
    await files.chmod(destination, mode | 0o200);
  });
  await syncFile(destination);
}
