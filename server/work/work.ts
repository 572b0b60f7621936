import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { createBench } from './bench.ts';
import type { Crew } from './crew.ts';
import { Devices, type DeviceChoice, type DevicesOptions } from './devices.ts';
import { factorScratch } from './factorRows.ts';
import { createInlineCrew } from './inlineCrew.ts';
import type { Job, JobItem, RunOptions, Statistics, SteerItem, Unit, Work } from './job.ts';
import { openFiles } from './openFiles.ts';
import { thinned } from './progress.ts';
import { extraScratch, ownScratch } from './runTask.ts';
import { runSchedule, type Prepared } from './schedule.ts';
import type { TestBench } from './selfTest.ts';
import type { Station } from './station.ts';
import { mergeStatistics } from './statistics.ts';
import type { ThreadSetup } from './taskRunner.ts';
import type { OpenFiles } from './tasks.ts';
import { createThreads } from './threads.ts';
import { openItemTiles, type ItemTiles } from './tiles.ts';
import { lowRankTerms, unitsOf } from './units.ts';

export interface WorkOptions {
  /** Absolute path of the bundle of `thread.ts`. Absent: everything runs on the calling thread. */
  readonly threadScript?: string;
  /** Absolute path of the bundle of `probe.ts`; default: `probe.cjs` beside `threadScript`. */
  readonly probeScript?: string;
  /** Default: one for each core, six at most: more wait for the same disk. */
  readonly threads?: number;
  readonly device: DeviceChoice;
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
  const { threadScript } = options;
  const probeScript = options.probeScript ?? (threadScript && join(dirname(threadScript), 'probe.cjs'));
  const bench = createBench();
  const { device: requested, cpu } = options;
  const devices = new Devices({ memory: bench.memory, requested, cpu, probeScript });
  await devices.choose();
  options.signal?.throwIfAborted();
  return new Engine(bench, devices, options);
}

class Engine implements Work {
  readonly #bench: TestBench;
  readonly #devices: Devices;
  readonly #crew: Crew;
  readonly #stopFlag: number;
  readonly #scratch;

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
      threadScript === undefined
        ? createInlineCrew(bench.kernels, setup())
        : createThreads({ script: threadScript, setups: Array.from({ length: count }, setup) });
  }

  get device() {
    return this.#devices.report;
  }

  async run(
    job: Job,
    { signal, report, finished, onUnit }: RunOptions,
  ): Promise<ReadonlyMap<number, Statistics>> {
    signal.throwIfAborted();
    await this.#devices.choose(job);
    using files = openFiles(job);
    const units = unitsOf(job);
    const pending = [...units.entries()].filter(([number]) => finished?.has(number) !== true);
    const total = units.reduce((sum, unit) => sum + unit.traffic, 0);
    let done = total - pending.reduce((sum, [, unit]) => sum + unit.traffic, 0);
    const progress = thinned(report);
    const results = new Map<number, Statistics>();
    this.#raise(0);
    this.#crew.open(files);
    const preparation = this.#preparation(files);
    try {
      await runSchedule({
        crew: this.#crew,
        job,
        units: pending,
        signal,
        stop: () => this.#raise(1),
        prepare: preparation.prepare,
        done: (number, statistics) => {
          results.set(number, statistics);
          done += units[number]?.traffic ?? 0;
          onUnit?.(number, statistics);
          progress.add({ done, total });
        },
      });
    } finally {
      preparation.end();
    }
    progress.add({ done, total });
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

  /** What the main thread does for units before the crew gets them. Right factors live as long as their item. */
  #preparation({ inputs, outputs }: OpenFiles) {
    const { kernels, memory, regions } = this.#bench;
    const station: Station = {
      kernels,
      memory,
      scratch: this.#scratch,
      files: { inputs, outputs },
      check: () => {},
    };
    let open: { readonly item: SteerItem; readonly tiles: ItemTiles } | undefined;
    const end = () => {
      open?.tiles.close();
      open = undefined;
    };
    const prepare = async (item: JobItem, { start, length }: Unit): Promise<Prepared> => {
      if (item.kind === 'steer' && lowRankTerms([...item.fixed, ...item.moving]).length > 0) {
        if (open?.item !== item) {
          end();
          const products = await this.#devices.productsFor(item);
          open = { item, tiles: openItemTiles(station, regions, { item, products }) };
        }
        const { release, ...tiles } = await open.tiles.make({ start, length });
        return { task: { item, start, length, ...tiles }, release };
      }
      const extra = extraScratch(item);
      if (extra === 0) return { task: { item, start, length }, release: () => {} };
      const scratch = regions.take(extra);
      return { task: { item, start, length, scratch }, release: () => regions.give(scratch) };
    };
    return { prepare, end };
  }
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
