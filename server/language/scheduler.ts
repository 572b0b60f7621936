/** As long as somebody types, nothing is asked. */
const pauseMilliseconds = 300;

/** Runs one task for each key: some time after it was last asked for, and cancelled when it is asked for again. */
export class Scheduler {
  readonly #run: (key: string, signal: AbortSignal) => Promise<void>;
  readonly #log: (text: string) => void;
  readonly #waiting = new Map<string, AbortController>();

  /** What a task throws is logged; what it throws after it was cancelled is not. */
  constructor(run: (key: string, signal: AbortSignal) => Promise<void>, log: (text: string) => void) {
    this.#run = run;
    this.#log = log;
  }

  ask(key: string): void {
    this.drop(key);
    const controller = new AbortController();
    this.#waiting.set(key, controller);
    const timer = setTimeout(() => void this.#start(key, controller), pauseMilliseconds);
    controller.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  drop(key: string): void {
    this.#waiting.get(key)?.abort();
    this.#waiting.delete(key);
  }

  async #start(key: string, { signal }: AbortController): Promise<void> {
    try {
      await this.#run(key, signal);
    } catch (error) {
      if (!signal.aborted)
        this.#log(`Could not check ${key}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
