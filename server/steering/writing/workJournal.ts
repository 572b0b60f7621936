import type { Staging } from '../../bytes/staging.ts';
import type { Statistics } from '../../work/job.ts';
import { mergeStatistics } from '../../work/statistics.ts';
import { fromRecord, toRecord } from './statisticsRecord.ts';

/** Milliseconds between two records of what is finished: each has to wait for the disk. */
const recordEvery = 5000;

/** A record that takes long, of very many tensors or on a slow disk, is made less often: this many times its own time. */
const restFor = 5;

/** Of an output's staging folder, what a journal needs. */
type Recorded = Pick<Staging, 'finished' | 'payload' | 'record'>;

/** What is finished in all outputs of a run, and what was measured on the way; kept in the staging folder of each. */
export class WorkJournal {
  readonly #stagings: readonly Recorded[];
  readonly #finished: ReadonlySet<number>;
  readonly #statistics: Map<number, Statistics>;
  #noted: number[] = [];
  #next = performance.now() + recordEvery;
  #recording: Promise<void> | undefined;
  #failure: unknown;

  /**
   * Records are made in the order of the stagings, so the last one has what all have. If it has more, another one was
   * lost and begun anew; then all is done again, since the statistics are of all that the last one has.
   */
  constructor(stagings: readonly Recorded[]) {
    this.#stagings = stagings;
    const last = stagings.at(-1);
    const done = [...(last?.finished ?? [])];
    const isCommon = stagings.every(({ finished }) => done.every((unit) => finished.has(unit)));
    const statistics = isCommon ? fromRecord(last?.payload) : undefined;
    this.#finished = new Set(statistics === undefined ? [] : done);
    this.#statistics = statistics ?? new Map<number, Statistics>();
  }

  /** Units that an earlier run finished. */
  get finished(): ReadonlySet<number> {
    return this.#finished;
  }

  /** By item, of all units finished so far. */
  get statistics(): ReadonlyMap<number, Statistics> {
    return this.#statistics;
  }

  /**
   * Throws what went wrong with a record before. Nothing is recorded after that: what a later record left out as
   * unfinished would be in its statistics, and counted once more by the run that goes on from there.
   */
  note(unit: number, item: number, statistics: Statistics): void {
    if (this.#failure !== undefined) throw this.#failure;
    const before = this.#statistics.get(item);
    this.#statistics.set(item, before === undefined ? statistics : mergeStatistics(before, statistics));
    this.#noted.push(unit);
    if (this.#recording !== undefined || performance.now() < this.#next) return;
    this.#recording = this.#record()
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#recording = undefined;
      });
  }

  /** Writes down what is not written down yet; throws what went wrong with any record. */
  async settle(): Promise<void> {
    await this.#recording;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#noted.length > 0) await this.#record();
  }

  async #record(): Promise<void> {
    const start = performance.now();
    const noted = this.#noted;
    this.#noted = [];
    const payload = toRecord(this.#statistics);
    for (const staging of this.#stagings) await staging.record(noted, payload);
    const end = performance.now();
    this.#next = end + Math.max(recordEvery, restFor * (end - start));
  }
}
