import { copyUnit } from './copyUnit.ts';
import { gramScratch, gramUnit } from './gramUnit.ts';
import { decomposeScratch, decomposeUnit } from './decomposeUnit.ts';
import type { JobItem, Statistics } from './job.ts';
import { pictureUnit } from './pictureUnit.ts';
import { spectrumScratch, spectrumUnit } from './spectrumUnit.ts';
import { stackScratch, stackUnit } from './stackUnit.ts';
import type { Station } from './station.ts';
import { steerUnit } from './steerUnit.ts';
import { surveyUnit } from './surveyUnit.ts';
import type { Task } from './tasks.ts';

/** Scratch that each thread has for itself, in bytes: enough for every unit but those of stacks, spectra and decompositions. */
export const ownScratch = 6 * 2 ** 20;

/** Does one unit from its first read to its last write. Throws `ServerError`, or `Stopped` after a cancel. */
export function runTask(station: Station, task: Task): Statistics {
  station.check();
  const here = task.scratch === undefined ? station : { ...station, scratch: task.scratch };
  switch (task.item.kind) {
    case 'copy':
      return copyUnit(here, task.item, task);
    case 'steer':
      return steerUnit(here, task.item, task);
    case 'stack':
      return stackUnit(here, task.item);
    case 'spectrum':
      return spectrumUnit(here, task.item);
    case 'gram':
      return gramUnit(here, task.item, task);
    case 'decompose':
      return decomposeUnit(here, task.item);
    case 'survey':
      return surveyUnit(here, task.item, task);
    case 'picture':
      return pictureUnit(here, task.item, task);
  }
}

/** Scratch that a unit of this item needs, in bytes, where a thread's own would be too small. */
export function extraScratch(item: JobItem): number {
  if (item.kind === 'stack') return beyondOwn(stackScratch(item));
  if (item.kind === 'gram') return beyondOwn(gramScratch(item));
  if (item.kind === 'decompose') return beyondOwn(decomposeScratch(item));
  return item.kind === 'spectrum' ? beyondOwn(spectrumScratch(item)) : 0;
}

function beyondOwn(bytes: number): number {
  return bytes > ownScratch ? bytes : 0;
}
