import { ServerError } from '../errors.ts';
import type { GraphDevice } from './graphDevice.ts';
import { loadRuntime } from './onnxRuntime.ts';

/** An input or a result of a model: row by row. */
export interface GraphTensor {
  readonly data: Float32Array | BigInt64Array;
  readonly shape: readonly number[];
}

export interface GraphSession extends AsyncDisposable {
  run(feeds: Readonly<Record<string, GraphTensor>>): Promise<ReadonlyMap<string, Float32Array>>;
}

/**
 * A model whose external initialisers lie below `folder`. Prepacking is off: it would hold every matrix
 * twice while the session is created. `device-unavailable` where there is no ONNX Runtime, or where the device takes no such model.
 */
export async function createGraphSession(
  model: Uint8Array,
  folder: string,
  device: GraphDevice = 'cpu',
): Promise<GraphSession> {
  const loaded = await loadRuntime();
  if ('missing' in loaded) throw new ServerError('device-unavailable', device, loaded.missing);
  const { InferenceSession, Tensor } = loaded.runtime;
  const session = await InferenceSession.create(model, {
    executionProviders: [device],
    graphOptimizationLevel: 'basic',
    extra: {
      session: {
        model_external_initializers_file_folder_path: folder,
        disable_prepacking: '1',
        // Threads that wait for the next product by spinning take half as much of the cores again as the products.
        intra_op: { allow_spinning: '0' },
      },
    },
    logSeverityLevel: 4,
  }).catch((cause: unknown) => {
    throw new ServerError('device-unavailable', device, `failed to load the model: ${String(cause)}`, {
      cause,
    });
  });
  return {
    async run(feeds) {
      const inputs = Object.entries(feeds).map(([name, { data, shape }]) => {
        const tensor =
          data instanceof Float32Array
            ? new Tensor('float32', data, shape)
            : new Tensor('int64', data, shape);
        return [name, tensor] as const;
      });
      const results = Object.entries(await session.run(Object.fromEntries(inputs)));
      return new Map(
        results.flatMap(([name, { data }]) => (data instanceof Float32Array ? [[name, data] as const] : [])),
      );
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}
