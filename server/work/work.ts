import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { createBench } from './bench.ts';
import type { Crew } from './crew.ts';
import { Devices, type DeviceChoice, type DevicesOptions } from './devices.ts';
import { factorScratch } from './factorRows.ts';
import { createInlineCrew } from './inlineCrew.ts';
import type { Job, RunOptions, Statistics, Unit, Work } from './job.ts';
import { openFiles } from './openFiles.ts';
import { thinned } from './progress.ts';
import { Preparation } from './preparation.ts';
import { ownScratch } from './runTask.ts';
import { runSchedule } from './schedule.ts';
import type { TestBench } from './selfTest.ts';
import { numbered, type Station } from './station.ts';
import { emptyStatistics, mergeStatistics } from './statistics.ts';
import type { ThreadSetup } from './taskRunner.ts';
import type { OpenFiles, Region } from './tasks.ts';
import { createThreads } from './threads.ts';
import { unitsOf } from './units.ts';

/**
 * How to use this part, from a bundle in dist/ or from the sources alike:
 *
 *     await using work = await createWork({ device: 'auto', signal });
 *     const statistics = await work.run(job, { signal, report, finished, onUnit });
 *
 * `job.ts` says what a job is. Outputs must exist at their full size before. `statistics` has an entry for each item of
 * which this run did a unit; `onUnit` tells of every unit, for a journal, and `finished` skips those of an earlier run.
 */
export interface WorkOptions {
  readonly device: DeviceChoice;
  /** Default: one for each core, six at most: more wait for the same disk. 0: everything runs on the calling thread. */
  readonly threads?: number;
  /** Absolute path of the bundle of `thread.ts`. Default: the one that was built; the calling thread if there is none. */
  readonly threadScript?: string;
  /** Absolute path of the bundle of `probe.ts`. Default: `probe.cjs` beside `threadScript`. */
  readonly probeScript?: string;
  /** For tests: see `DevicesOptions`. */
  readonly cpu?: DevicesOptions['cpu'];
  readonly signal?: AbortSignal;
}

const mostThreads = 6;

/**
 * The engine for jobs, for one process: shared memory, I/O threads, and ONNX Runtime from the first low-rank product
 * on. Call it on the main thread only. `device-unavailable` where a device was asked for and cannot be used.
 */
export async function createWork(options: WorkOptions): Promise<Work> {
  options.signal?.throwIfAborted();
  const { device: requested, cpu, threadScript = builtThreadScript() } = options;
  const probeScript = options.probeScript ?? probeScriptBeside(threadScript);
  const bench = createBench();
  const devices = new Devices({ memory: bench.memory, requested, cpu, probeScript });
  await devices.choose(options.signal);
  return new Engine(bench, devices, { ...options, ...(threadScript === undefined ? {} : { threadScript }) });
}

function probeScriptBeside(threadScript: string | undefined): string | undefined {
  return threadScript && join(dirname(threadScript), 'probe.cjs');
}

/** Absolute path of the bundle of `probe.ts` that was built; undefined where there is none. */
export function builtProbeScript(): string | undefined {
  return probeScriptBeside(builtThreadScript());
}

/** Beside the bundle that this is part of, or in dist/ where the sources run as they are. */
function builtThreadScript(): string | undefined {
  const here = import.meta.dirname;
  return [join(here, 'thread.cjs'), join(here, '../../dist/thread.cjs')].find((path) => existsSync(path));
}

class Engine implements Work {
  readonly #bench: TestBench;
  readonly #devices: Devices;
  readonly #crew: Crew;
  readonly #stopFlag: number;
  readonly #scratch: Region;
  #busy = false;

  constructor(bench: TestBench, devices: Devices, { threadScript, threads }: WorkOptions) {
    this.#bench = bench;
    this.#devices = devices;
    this.#stopFlag = bench.regions.take(64).pointer;
    this.#scratch = bench.regions.take(factorScratch);
    const setup = (): ThreadSetup => ({
      memory: bench.memory,
      scratch: bench.regions.take(ownScratch),
      stopFlag: this.#stopFlag,
    });
    const count = threads ?? Math.min(mostThreads, availableParallelism());
    this.#crew =
      threadScript === undefined || count === 0
        ? createInlineCrew(bench.kernels, setup())
        : createThreads({ script: threadScript, setups: Array.from({ length: count }, setup) });
  }

  get device() {
    return this.#devices.report;
  }

  async run(job: Job, options: RunOptions): Promise<ReadonlyMap<number, Statistics>> {
    if (this.#busy) throw new Error('A work engine does one job at a time.');
    this.#busy = true;
    try {
      options.signal.throwIfAborted();
      await this.#devices.choose(options.signal, job);
      return await this.#runAll(job, options);
    } finally {
      this.#busy = false;
    }
  }

  async #runAll(job: Job, { signal, report, finished, onUnit, collects = true }: RunOptions) {
    using files = openFiles(job);
    const units = unitsOf(job);
    const pending = [...units.keys()].filter((number) => finished?.has(number) !== true);
    const progress = thinned(report, {
      total: traffic(units),
      done: traffic(units) - traffic(pending.map((number) => numbered(units, number))),
    });
    const results = new Map<number, Statistics>();
    using preparation = this.#preparation(files);
    this.#raise(0);
    this.#crew.open(files);
    await runSchedule({
      crew: this.#crew,
      job,
      units,
      pending,
      signal,
      stop: () => this.#raise(1),
      prepare: (item, unit) => preparation.prepare(item, unit),
      done: (number, statistics) => {
        // Merging leaves out what a unit of a survey or picture found, which is as large as what it describes.
        if (collects)
          results.set(number, mergeStatistics(emptyStatistics(statistics.places.length), statistics));
        onUnit?.(number, statistics);
        progress.add(units[number]?.traffic ?? 0);
      },
    });
    progress.end();
    return merged(units, results);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#raise(1);
    await this.#crew[Symbol.asyncDispose]();
    await this.#devices[Symbol.asyncDispose]();
  }

  #raise(value: 0 | 1): void {
    Atomics.store(new Int32Array(this.#bench.memory.buffer, this.#stopFlag, 1), 0, value);
  }

  #preparation({ inputs, outputs }: OpenFiles): Preparation {
    const { kernels, memory, regions } = this.#bench;
    const station: Station = {
      kernels,
      memory,
      scratch: this.#scratch,
      files: { inputs, outputs },
      check: () => {},
    };
    return new Preparation({ station, regions, devices: this.#devices });
  }
}

function traffic(units: readonly Unit[]): number {
  return units.reduce((sum, unit) => sum + unit.traffic, 0);
}

/** Added up in the order of the units, so that the last bits do not depend on who was faster. */
function merged(
  units: readonly Unit[],
  results: ReadonlyMap<number, Statistics>,
): ReadonlyMap<number, Statistics> {
  const items = new Map<number, Statistics>();
  for (const [number, { item }] of units.entries()) {
    const statistics = results.get(number);
    if (statistics === undefined) continue;
    const before = items.get(item);
    items.set(item, before === undefined ? statistics : mergeStatistics(before, statistics));
  }
  return items;
}
