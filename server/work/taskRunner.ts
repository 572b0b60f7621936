import { toFailure } from '../errors.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { SharedMemory } from './sharedMemory.ts';
import { runTask } from './runTask.ts';
import { Stopped, type Station } from './station.ts';
import type { FromThread, Region, Task, ToThread } from './tasks.ts';

/** What a thread is given once, at its start. */
export interface ThreadSetup {
  readonly memory: SharedMemory;
  readonly scratch: Region;
  /** An Int32 in the shared memory: not 0 once the run is over for everybody. */
  readonly stopFlag: number;
}

/** Answers the messages to a thread; the same on a thread of its own and on the main one. */
export function createTaskRunner(kernels: Kernels, { memory, scratch, stopFlag }: ThreadSetup) {
  const check = () => {
    if (Atomics.load(new Int32Array(memory.buffer, stopFlag, 1), 0) !== 0) throw new Stopped();
  };
  let station: Station = { kernels, memory, scratch, check, files: { inputs: [], outputs: [] } };
  return (message: ToThread): FromThread | undefined => {
    if (message.kind === 'task') return attempt(station, message.id, message.task);
    station = { ...station, files: message.files };
    return undefined;
  };
}

/** Whatever happens becomes an answer: nothing is thrown across threads. */
function attempt(station: Station, id: number, task: Task): FromThread {
  try {
    return { kind: 'done', id, statistics: runTask(station, task) };
  } catch (error) {
    if (error instanceof Stopped) return { kind: 'stopped', id };
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', id, failure: toFailure(error), detail };
  }
}
