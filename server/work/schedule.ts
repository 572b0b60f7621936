import type { Crew } from './crew.ts';
import type { Job, JobItem, Statistics, Unit } from './job.ts';
import { numbered, Stopped } from './station.ts';
import type { Task } from './tasks.ts';

/** A task with what was lent to it. */
export interface Prepared {
  readonly task: Task;
  readonly release: () => void;
}

export interface Schedule {
  readonly crew: Crew;
  readonly job: Job;
  readonly units: readonly Unit[];
  /** Numbers of those still to be done, in order. */
  readonly pending: readonly number[];
  readonly signal: AbortSignal;
  /** Called unit after unit, on this thread; may take long. */
  readonly prepare: (item: JobItem, unit: Unit) => Promise<Prepared>;
  readonly done: (unit: number, statistics: Statistics) => void;
  /** Tells everybody to stop at the next block. */
  readonly stop: () => void;
}

/**
 * Keeps the crew busy until every unit is done. The first failure, or the signal, stops everybody; nothing is under
 * way any more when this settles.
 */
export async function runSchedule(schedule: Schedule): Promise<void> {
  const { signal, stop } = schedule;
  const failures: unknown[] = [];
  const fail = (error: unknown) => {
    failures.push(error);
    stop();
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await startAll(schedule, { fail, isOver: () => signal.aborted || failures.length > 0 });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
  if (failures.length > 0) throw failures.find((error) => !(error instanceof Stopped)) ?? failures[0];
}

interface Outcome {
  readonly fail: (error: unknown) => void;
  readonly isOver: () => boolean;
}

async function startAll(
  { crew, job, units, pending, prepare, done }: Schedule,
  { fail, isOver }: Outcome,
): Promise<void> {
  const underway = new Set<Promise<void>>();
  const run = async (number: number, { task, release }: Prepared) => {
    try {
      done(number, await crew.run(task));
    } catch (error) {
      fail(error);
    } finally {
      release();
    }
  };
  for (const number of pending) {
    const unit = numbered(units, number);
    while (underway.size >= crew.capacity) await Promise.race(underway);
    if (isOver()) break;
    try {
      const prepared = await prepare(numbered(job.items, unit.item), unit);
      const settled = run(number, prepared).finally(() => underway.delete(settled));
      underway.add(settled);
    } catch (error) {
      fail(error);
    }
  }
  await Promise.all(underway);
}
