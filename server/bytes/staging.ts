import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ServerError } from '../errors.ts';
import { checkDestination, moveIntoPlace } from './destination.ts';
import { writing } from './ioFailure.ts';
import { writeJournal, type Journal } from './journal.ts';
import type { Lock } from './lock.ts';
import { repairInterrupted } from './repair.ts';
import { giveReserve, takeReserve } from './reserve.ts';
import { enterStaging, resumeStaging } from './resumeStaging.ts';
import { discard, sizeOf, stagingPlaces, type StagingPlaces } from './stagingPlaces.ts';
import { syncFile, syncFolder } from './sync.ts';

export interface StagingOptions {
  /** Hash of everything that determines the output's bytes: only the same plan resumes. */
  readonly plan: string;
  /** What is at the destination may be replaced, at the end. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Opens the staging folder of an output folder that is to be written, new or where an earlier run of the same plan
 * left it, with the files that had been made by the last record and no others; repairs first what a crash left. Nothing is at the destination until `commit`.
 * Errors: `output-exists`; `output-busy` while a living process writes it; `output-conflict` where the staging folder
 * is another plan's or not ours; `disk-full`, `write-failed`.
 */
export async function openStaging(
  destination: string,
  { plan, force = false, signal }: StagingOptions,
): Promise<Staging> {
  signal?.throwIfAborted();
  const places = stagingPlaces(destination);
  await repairInterrupted(destination);
  await checkDestination(places.destination, force);
  const lock = await enterStaging(places);
  try {
    signal?.throwIfAborted();
    const journal = await resumeStaging(places, plan);
    await takeReserve(places.folder);
    return new Staging(places, { force, lock, journal });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface StagingState {
  readonly force: boolean;
  readonly lock: Lock;
  readonly journal: Journal;
}

/** An output folder while it is being written. Disposing of it keeps what was recorded, and only that. */
export class Staging implements AsyncDisposable {
  readonly destination: string;
  /** `.<name>.steering`, for messages: where unfinished work is kept. */
  readonly folder: string;
  /** In the folder: where the output's files are, until `commit`. */
  readonly output: string;
  readonly #places: StagingPlaces;
  readonly #force: boolean;
  readonly #lock: Lock;
  readonly #started: string;
  readonly #plan: string;
  readonly #finished: Set<number>;
  readonly #files: Map<string, number>;
  #payload: unknown;
  #lastRecord = Promise.resolve();
  #open = true;

  constructor(places: StagingPlaces, { force, lock, journal }: StagingState) {
    this.destination = places.destination;
    this.folder = places.folder;
    this.output = places.output;
    this.#places = places;
    this.#force = force;
    this.#lock = lock;
    this.#started = journal.started;
    this.#plan = journal.plan;
    this.#finished = new Set(journal.finished);
    this.#files = new Map(journal.files);
    this.#payload = journal.payload;
  }

  /** Units whose bytes are on the disk, from this run and earlier ones. */
  get finished(): ReadonlySet<number> {
    return this.#finished;
  }

  /** As last recorded, read back from JSON after a resume; null at first. */
  get payload(): unknown {
    return this.#payload;
  }

  /**
   * Makes a file of the output at its full size, reading as zeros, or finds it as an earlier run left it; returns its
   * absolute path. Bytes may then be written at any offset, by any thread. `name` is a plain file name.
   */
  async create(name: string, size: number): Promise<string> {
    const path = join(this.output, name);
    if (name === '' || basename(path) !== name) {
      throw new ServerError('write-failed', path, 'is not a plain file name');
    }
    await writing(path, async () => {
      const handle = await open(path, this.#files.has(name) ? 'r+' : 'w');
      try {
        await handle.truncate(size);
      } finally {
        await handle.close();
      }
    });
    this.#files.set(name, size);
    return path;
  }

  /**
   * Notes that the bytes of these units have been written and what is known so far: syncs the files, then replaces
   * the journal. `payload` is kept as JSON. Calls that overlap are carried out one after another.
   */
  async record(units: Iterable<number>, payload: unknown): Promise<void> {
    const noted = [...units];
    const previous = this.#lastRecord;
    const current = (async () => {
      await previous.catch(() => {}); // Its own caller has been told.
      await this.#syncFiles();
      for (const unit of noted) this.#finished.add(unit);
      this.#payload = payload;
      await this.#writeJournal();
    })();
    this.#lastRecord = current;
    await current;
  }

  /** Syncs, checks the sizes, and gives the output its name. After an error it is still resumable. */
  async commit(): Promise<void> {
    await this.#lastRecord;
    await this.#syncFiles();
    await this.#checkSizes();
    await moveIntoPlace(this.#places, this.#force);
    this.#open = false;
    await discard(this.#places).catch(() => {}); // The output is in place; the next command removes the rest.
    await this.#lock.release();
  }

  /** Removes everything, recorded or not. */
  async abandon(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#lastRecord.catch(() => {}); // Nothing of it will be left.
    await discard(this.#places);
    await this.#lock.release();
  }

  /** Lets go. What was recorded stays for the next run of the same plan; with nothing recorded, nothing stays. */
  async close(): Promise<void> {
    if (this.#finished.size === 0) return await this.abandon();
    if (!this.#open) return;
    this.#open = false;
    await this.#lastRecord.catch(() => {}); // The journal is then the one before.
    await giveReserve(this.folder);
    await this.#lock.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #syncFiles(): Promise<void> {
    for (const name of this.#files.keys()) await syncFile(join(this.output, name));
    await syncFolder(this.output);
  }

  async #checkSizes(): Promise<void> {
    for (const [name, expected] of this.#files) {
      const path = join(this.output, name);
      const size = await sizeOf(path);
      if (size === expected) continue;
      throw new ServerError(
        'write-failed',
        path,
        `has ${size ?? 'no'} bytes, but ${expected} were to be written`,
      );
    }
  }

  /** On a full disk there is the reserve. */
  async #writeJournal(): Promise<void> {
    const journal = {
      plan: this.#plan,
      started: this.#started,
      finished: this.#finished,
      files: this.#files,
      payload: this.#payload,
    };
    try {
      await writeJournal(this.folder, journal);
    } catch (error) {
      if (!(error instanceof ServerError) || error.code !== 'disk-full') throw error;
      await giveReserve(this.folder);
      await writeJournal(this.folder, journal);
    }
  }
}
