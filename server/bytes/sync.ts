import { open } from 'node:fs/promises';
import { systemCode, writing } from './ioFailure.ts';

/** Has the system put a file's bytes on the disk, whoever wrote them. */
export async function syncFile(path: string): Promise<void> {
  await writing(path, async () => {
    const handle = await open(path, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

const cannotSync = new Set(['EINVAL', 'ENOTSUP', 'EPERM', 'EBADF', 'ENOSYS']);

/** Has the system remember the names in a folder; where the platform or file system cannot, it does nothing. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await writing(path, async () => {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } catch (error) {
      if (!cannotSync.has(systemCode(error))) throw error;
    } finally {
      await handle.close();
    }
  });
}
