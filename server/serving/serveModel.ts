import { once } from 'node:events';
import type { Server } from 'node:http';
import type { ServeResult } from '#protocol/results.ts';
import { ServerError } from '../errors.ts';
import type { Along } from '../tasks/steeredModel.ts';
import type { TaskContext } from '../tasks/taskContext.ts';
import { Endpoint } from './endpoint.ts';
import type { Access } from './guard.ts';
import { listedModels } from './modelNames.ts';
import { ServedModel } from './servedModel.ts';

export interface ServeOptions extends Along, Access {
  /** As the command line names it. */
  readonly model: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Told once requests are taken. */
  readonly onReady: (served: ServeResult) => void;
}

/** Only this machine reaches it. */
const loopback = '127.0.0.1';

/** Answers requests until the signal is aborted, and then ends what runs. `usage` where the port is taken; errors of the model. */
export async function serveModel(options: ServeOptions, context: TaskContext): Promise<void> {
  const { signal } = context;
  await using model = await ServedModel.open(options.model, options, context);
  const endpoint = new Endpoint(model, options);
  const server = endpoint.server();
  const port = await listen(server, options.port, signal);
  options.onReady({ url: `http://${loopback}:${port}/v1`, models: listedModels(model.names) });
  const closed = once(server, 'close');
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  await closed;
  await endpoint.idle();
}

/** The port that it has come to listen at. */
async function listen(server: Server, port: number, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  server.listen(port, loopback);
  try {
    await once(server, 'listening');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ServerError('usage', '--port', `cannot be ${port}: ${why}`, { cause: error });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
