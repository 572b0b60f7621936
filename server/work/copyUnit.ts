import { readExactly, writeExactly } from './exactIo.ts';
import type { CopyItem, Statistics } from './job.ts';
import { bytesAt, carve, numbered, type Station } from './station.ts';
import { emptyStatistics } from './statistics.ts';
import type { Task } from './tasks.ts';

/** Bytes that pass through the scratch at once; larger blocks are slower. */
const block = 2 ** 19;

/** Copies a run of bytes to every place of the item, each block read once. */
export function copyUnit(station: Station, item: CopyItem, { start, length }: Task): Statistics {
  const pointer = carve(station.scratch)(block);
  for (let done = 0; done < length; done += block) {
    station.check();
    const bytes = bytesAt(station, pointer, Math.min(block, length - done));
    readExactly(numbered(station.files.inputs, item.source.file), item.source.offset + start + done, bytes);
    for (const place of item.places) {
      writeExactly(numbered(station.files.outputs, place.file), place.offset + start + done, bytes);
    }
  }
  return emptyStatistics(item.places.length);
}
