import type { DeviceChoice } from '../work/devices.ts';
import type { Work } from '../work/job.ts';

/** The work engine, started when it is first asked for; disposing of it ends its threads. */
export class LazyWork implements AsyncDisposable {
  readonly #device: DeviceChoice;
  readonly #signal: AbortSignal;
  #work: Promise<Work> | undefined;

  constructor(device: DeviceChoice, signal: AbortSignal) {
    this.#device = device;
    this.#signal = signal;
  }

  readonly open = (): Promise<Work> => {
    this.#work ??= this.#start();
    return this.#work;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    const work = await this.#work?.catch(() => undefined); // Whoever asked for it has been told.
    await work?.[Symbol.asyncDispose]();
  }

  /** Kernels and threads are loaded by commands that need them only. */
  async #start(): Promise<Work> {
    const { createWork } = await import('../work/work.ts');
    return await createWork({ device: this.#device, signal: this.#signal });
  }
}
