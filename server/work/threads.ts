import { Worker } from 'node:worker_threads';
import { ServerError } from '../errors.ts';
import { unwrap, type Crew } from './crew.ts';
import type { Statistics } from './job.ts';
import type { ThreadSetup } from './taskRunner.ts';
import type { FromThread, OpenFiles, Task, ToThread } from './tasks.ts';

export interface ThreadsOptions {
  /** Absolute path of the bundle of `thread.ts`. */
  readonly script: string;
  readonly setups: readonly ThreadSetup[];
}

/** Megabytes; a thread's tasks leave messages behind and nothing else. */
const youngest = 4;

/** One I/O thread for each setup, started when first needed. They wait for messages and never spin. */
export function createThreads({ script, setups }: ThreadsOptions): Crew {
  const threads: (Thread | undefined)[] = setups.map(() => undefined);
  let files: OpenFiles = { inputs: [], outputs: [] };
  const start = (index: number, setup: ThreadSetup): Thread => {
    const thread = new Thread(script, setup);
    thread.open(files);
    threads[index] = thread;
    return thread;
  };
  return {
    capacity: setups.length + 2,
    open(opened) {
      files = opened;
      for (const thread of threads) thread?.open(opened);
    },
    run(task) {
      const ready = setups.map((setup, index) => {
        const thread = threads[index];
        return thread === undefined || thread.ended ? start(index, setup) : thread;
      });
      const leastBusy = ready.reduce((best, thread) => (thread.pending < best.pending ? thread : best));
      return leastBusy.run(task);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map(async (thread) => await thread?.stop()));
    },
  };
}

class Thread {
  readonly #script: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<Statistics>>();
  #next = 0;
  #ended = false;

  constructor(script: string, setup: ThreadSetup) {
    this.#script = script;
    this.#worker = new Worker(script, {
      workerData: setup,
      resourceLimits: { maxYoungGenerationSizeMb: youngest },
    });
    this.#worker.on('message', (reply: FromThread) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end());
    this.#worker.unref();
  }

  get pending(): number {
    return this.#waiting.size;
  }

  get ended(): boolean {
    return this.#ended;
  }

  open(files: OpenFiles): void {
    this.#post({ kind: 'open', files });
  }

  run(task: Task): Promise<Statistics> {
    const id = this.#next++;
    const settled = Promise.withResolvers<Statistics>();
    this.#waiting.set(id, settled);
    this.#worker.ref(); // Only a thread with work keeps the process alive.
    this.#post({ kind: 'task', id, task });
    return settled.promise;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #settle(reply: FromThread): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    try {
      waiting?.resolve(unwrap(reply));
    } catch (error) {
      waiting?.reject(error);
    }
  }

  #end(cause?: unknown): void {
    this.#ended = true;
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    const problem = `an I/O thread has ended in the middle of its work${why}`;
    const crash = new ServerError('worker-crashed', this.#script, problem, { cause });
    for (const waiting of this.#waiting.values()) waiting.reject(crash);
    this.#waiting.clear();
  }
}
