import type * as Onnx from 'onnxruntime-node';
import { availableParallelism } from 'node:os';
import { ServerError } from '../errors.ts';
import type { Pointer } from '../kernels/kernels.ts';
import type { SharedMemory } from './sharedMemory.ts';
import { productModel } from './onnxModel.ts';

export interface Product {
  readonly left: Pointer;
  readonly right: Pointer;
  readonly target: Pointer;
  readonly rows: number;
  readonly columns: number;
  readonly rank: number;
}

/**
 * target[rows, columns] = left[rows, rank] · right[columns, rank]ᵀ in the shared memory, all of one precision.
 * A device that is lost on the way is the failure `device-unavailable`.
 */
export interface Products extends AsyncDisposable {
  readonly device: 'cpu' | 'webgpu';
  readonly precision: 'F32' | 'F64';
  multiply(product: Product): Promise<void>;
}

export interface ProductsOptions {
  readonly memory: SharedMemory;
  readonly device: 'cpu' | 'webgpu';
  readonly precision: 'F32' | 'F64';
}

/**
 * One ONNX Runtime session; throws what the provider throws where there is no such device. Only for the main thread
 * of a process: `run` blocks the thread that calls it, and two threads that both load ONNX Runtime crash.
 */
export async function createProducts(runtime: typeof Onnx, options: ProductsOptions): Promise<Products> {
  const { memory, device, precision } = options;
  const session = await runtime.InferenceSession.create(productModel(precision), {
    executionProviders: [device],
    intraOpNumThreads: availableParallelism(),
    // Waiting threads that spin would take the cores that the I/O threads need.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    enableCpuMemArena: false,
    logSeverityLevel: 4,
  });
  const view = (pointer: Pointer, rows: number, columns: number) =>
    precision === 'F64'
      ? new runtime.Tensor('float64', new Float64Array(memory.buffer, pointer, rows * columns), [
          rows,
          columns,
        ])
      : new runtime.Tensor('float32', new Float32Array(memory.buffer, pointer, rows * columns), [
          rows,
          columns,
        ]);
  return {
    device,
    precision,
    async multiply({ left, right, target, rows, columns, rank }) {
      const feeds = { left: view(left, rows, rank), right: view(right, columns, rank) };
      const product = view(target, rows, columns);
      const results = await session.run(feeds, { product }).catch((cause: unknown) => {
        const size = `[${rows}, ${rank}] by [${rank}, ${columns}]`;
        throw new ServerError('device-unavailable', device, `failed to multiply ${size}: ${String(cause)}`, {
          cause,
        });
      });
      free(results['product']?.data);
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** Beside filling the tensor that it was given, ONNX Runtime returns a copy: megabytes that would call the garbage collector all the time. */
function free(copy: Onnx.Tensor['data'] | undefined): void {
  if (typeof copy === 'object' && 'buffer' in copy && copy.buffer instanceof ArrayBuffer)
    copy.buffer.transfer(0);
}
