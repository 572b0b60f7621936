import { join } from 'node:path';
import { openFile } from '../../bytes/fileSource.ts';
import { ServerError } from '../../errors.ts';
import { containerOf } from '../../tensors/container.ts';
import { readGguf } from '../../tensors/gguf/ggufFile.ts';
import { readSafetensors } from '../../tensors/safetensorsHeader.ts';
import type { PlannedFile } from '../plan.ts';

/** Reads back every header as any reader would, before the output gets its name: `write-failed` where one is not what was planned. */
export async function verifyFiles(
  folder: string,
  files: readonly PlannedFile[],
  signal: AbortSignal,
): Promise<void> {
  for (const { name, size, header } of files) {
    const path = join(folder, name);
    await using source = await openFile(path, signal);
    const written = await source.read(0, header.length, signal);
    await (containerOf(name) === 'gguf' ? readGguf(source, signal) : readSafetensors(source, signal));
    if (source.size === size && Buffer.compare(written, header) === 0) continue;
    throw new ServerError(
      'write-failed',
      path,
      'does not read back as it was written; the disk may be failing',
    );
  }
}
