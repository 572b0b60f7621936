import { join } from 'node:path';
import { openFile } from '../../server/bytes/fileSource.ts';
import { readSafetensors } from '../../server/tensors/safetensorsHeader.ts';

/** Milliseconds to open each shard and read its header, fresh each time. */
export async function headerMilliseconds(folders: readonly string[], signal: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  for (const folder of folders) {
    const start = performance.now();
    await using source = await openFile(join(folder, 'model.safetensors'), signal);
    await readSafetensors(source, signal);
    times.push(performance.now() - start);
  }
  return times;
}
