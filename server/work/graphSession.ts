import { ServerError } from '../errors.ts';
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
 * A model on the CPU whose external initialisers lie below `folder`. Prepacking is off: it would hold every matrix
 * twice while the session is created. `device-unavailable` where there is no ONNX Runtime.
 */
export async function createGraphSession(model: Uint8Array, folder: string): Promise<GraphSession> {
  const loaded = await loadRuntime();
  if ('missing' in loaded) throw new ServerError('device-unavailable', 'cpu', loaded.missing);
  const { InferenceSession, Tensor } = loaded.runtime;
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'basic',
    extra: {
      session: { model_external_initializers_file_folder_path: folder, disable_prepacking: '1' },
    },
    logSeverityLevel: 4,
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
