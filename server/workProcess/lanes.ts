import type { Device, ServerSettings } from '#protocol/settings.ts';
import { ServerError } from '../errors.ts';
import type { Work } from '../work/job.ts';
import { createWork } from '../work/work.ts';

/** What is done beside one another; within each, one thing after another. */
export interface Lanes {
  readonly writing: Lane;
  readonly analysing: Lane;
  /** What the page of one tensor asks for: not to wait for an analysis of all. */
  readonly viewing: Lane;
  /** One text batch at a time: all share the processor, and one model is in memory. */
  readonly generating: Lane;
}

interface Asked {
  readonly signal: AbortSignal;
  readonly settings: ServerSettings;
}

/** Does one thing after another, with an engine of its own that is started when it is first needed. */
export class Lane {
  readonly #log: (text: string) => void;
  #last: Promise<unknown> = Promise.resolve();
  #engine: { readonly device: Device; readonly work: Promise<Work> } | undefined;

  constructor(log: (text: string) => void) {
    this.#log = log;
  }

  /** Waits for its turn, or for the signal, whichever comes first. */
  async run<T>(asked: Asked, task: (work: () => Promise<Work>) => Promise<T>): Promise<T> {
    const before = this.#last;
    const turn = Promise.withResolvers<void>();
    this.#last = before.then(() => turn.promise);
    try {
      await unlessAborted(before, asked.signal);
      return await task(() => this.#workOn(asked));
    } catch (error) {
      // The engine keeps what it has for a device, and of one that was lost that is of no use any more.
      if (isDeviceLost(error)) await this.#end().catch(() => {});
      throw error;
    } finally {
      turn.resolve();
    }
  }

  /** A window that trusts nothing uses no device but the processor. */
  async #workOn({ signal, settings }: Asked): Promise<Work> {
    const device = settings.trusted ? settings.device : 'cpu';
    if (this.#engine?.device === device) return await this.#engine.work;
    await this.#end();
    if (settings.device === 'webgpu' && device === 'cpu') this.#log(replaced);
    const work = createWork({ device, signal });
    this.#engine = { device, work };
    work.catch(() => (this.#engine = undefined)); // Whoever asked is told; the next one tries again.
    return await work;
  }

  async #end(): Promise<void> {
    const ended = await this.#engine?.work.catch(() => undefined);
    this.#engine = undefined;
    await ended?.[Symbol.asyncDispose]();
  }
}

const replaced = 'The CPU is used in place of webgpu, because this window does not trust its folders.';

function isDeviceLost(error: unknown): boolean {
  return error instanceof ServerError && error.code === 'device-unavailable';
}

async function unlessAborted(turn: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([turn, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
