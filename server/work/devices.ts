import { ServerError } from '../errors.ts';
import type { SharedMemory } from './sharedMemory.ts';
import { exactDType } from './factors.ts';
import type { DeviceReport, Job, SteerItem } from './job.ts';
import { loadRuntime } from './onnxRuntime.ts';
import { probeWebGpu } from './probeWebGpu.ts';
import { createProducts, type Products } from './products.ts';
import { isPlain, lowRankTerms } from './units.ts';

export type DeviceChoice = 'auto' | 'cpu' | 'webgpu';

/** Multiplications in a job below which looking for a GPU costs more than it can save: some seconds of two cores. */
const worthProbing = 1e11;

export interface DevicesOptions {
  readonly memory: SharedMemory;
  readonly requested: DeviceChoice;
  /** Absolute path of the bundle of `probe.ts`; absent: WebGPU is not tried. */
  readonly probeScript?: string | undefined;
  /**
   * How the CPU computes products for 16-bit outputs. Default: `F32`, which is the fastest even though some elements
   * are computed again; `F64` and `kernels` (without ONNX Runtime) give the same bytes and are there to show it.
   */
  readonly cpu?: 'F64' | 'F32' | 'kernels' | undefined;
}

/** Chooses who computes low-rank products, and holds the sessions. Loads ONNX Runtime at the first product. */
export class Devices implements AsyncDisposable {
  readonly #options: DevicesOptions;
  readonly #sessions = new Map<string, Products>();
  #report: DeviceReport | undefined;
  #missing: string | undefined;

  constructor(options: DevicesOptions) {
    this.#options = options;
  }

  get report(): DeviceReport {
    if (this.#missing !== undefined) {
      const reason = `ONNX Runtime cannot be loaded (${this.#missing}); the built-in kernels compute the products.`;
      return { device: 'cpu', reason };
    }
    return this.#report ?? { device: 'cpu', reason: 'No products have been computed.' };
  }

  /** Decides on the device, once; `device-unavailable` where WebGPU was asked for and cannot be used. */
  async choose(signal?: AbortSignal, job?: Job): Promise<void> {
    if (this.#report === undefined) await unlessAborted(this.#decide(job), signal);
  }

  async #decide(job: Job | undefined): Promise<void> {
    const { requested } = this.#options;
    if (requested === 'cpu') this.#report = { device: 'cpu', reason: 'The CPU was asked for.' };
    else if (requested === 'webgpu') this.#report = await this.#webGpuOrFail();
    else if (job !== undefined && multiplications(job) > 0)
      this.#report = await this.#best(multiplications(job));
  }

  /**
   * Who computes an item's products. Undefined: the kernels, because float64 in or out, and the rarer
   * kinds of terms, leave no room for an error, or because there is no ONNX Runtime. Float32 output needs float64 products: nearly all elements would be ambiguous.
   */
  async productsFor(item: SteerItem): Promise<Products | undefined> {
    const terms = lowRankTerms([...item.fixed, ...item.moving]);
    if (item.dtype === 'F64' || !isPlain(item) || terms.some((term) => exactDType(term) === 'F64'))
      return undefined;
    if (this.#options.cpu === 'kernels') return undefined;
    if (item.dtype === 'F32') return await this.#session('cpu', 'F64');
    if (this.#report?.device === 'webgpu') return await this.#session('webgpu', 'F32');
    return await this.#session('cpu', this.#options.cpu ?? 'F32');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const products of this.#sessions.values()) await products[Symbol.asyncDispose]();
    this.#sessions.clear();
  }

  async #session(device: 'cpu' | 'webgpu', precision: 'F32' | 'F64'): Promise<Products | undefined> {
    const key = `${device} ${precision}`;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const loaded = await loadRuntime();
    if ('missing' in loaded) {
      this.#missing = loaded.missing;
      return undefined;
    }
    const { memory } = this.#options;
    const products = await createProducts(loaded.runtime, { memory, device, precision });
    this.#sessions.set(key, products);
    return products;
  }

  async #webGpuOrFail(): Promise<DeviceReport> {
    const found = await this.#probe();
    if (found.usable) return { device: 'webgpu', reason: 'WebGPU was asked for and passed its test.' };
    throw new ServerError('device-unavailable', 'webgpu', `WebGPU cannot be used here: ${found.reason}`);
  }

  async #best(operations: number): Promise<DeviceReport> {
    if (operations < worthProbing) {
      return { device: 'cpu', reason: 'The products are too few for another device to be faster.' };
    }
    const found = await this.#probe();
    if (!found.usable) return { device: 'cpu', reason: `WebGPU cannot be used here: ${found.reason}.` };
    const times = `${found.webgpu.toFixed(1)} ms against ${found.cpu.toFixed(1)} ms on the CPU`;
    return found.webgpu < found.cpu
      ? { device: 'webgpu', reason: `WebGPU passed its test and is faster: ${times}.` }
      : { device: 'cpu', reason: `WebGPU passed its test but is slower: ${times}.` };
  }

  async #probe() {
    const { probeScript } = this.#options;
    if (probeScript === undefined)
      return { usable: false, reason: 'there is no process to try it in' } as const;
    return await probeWebGpu(probeScript);
  }
}

/** A probe cannot be stopped, but nobody has to wait for it. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return await work;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function multiplications({ items }: Job): number {
  return items.reduce((sum, item) => {
    if (item.kind !== 'steer') return sum;
    const rank = lowRankTerms([...item.fixed, ...item.moving]).reduce((total, term) => total + term.rank, 0);
    return sum + item.rows * item.columns * rank;
  }, 0);
}
