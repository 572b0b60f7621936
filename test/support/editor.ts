import { type CancellationToken, CancellationTokenSource, ProgressType } from 'vscode-languageserver/node';
import { isFailure, RequestFailure } from '#protocol/failure.ts';
import type { Method, Params, Progress, Result } from '#protocol/requests.ts';
import type { ServerSettings } from '#protocol/settings.ts';
import { type LanguageServer, startLanguageServer } from './languageServer.ts';

/** Asks as the extension does. */
export type Ask = <M extends Method>(
  method: M,
  params: Params<M>,
  options?: { readonly signal?: AbortSignal; readonly onProgress?: (progress: Progress<M>) => void },
) => Promise<Result<M>>;

export interface Editor extends AsyncDisposable {
  readonly server: LanguageServer;
  readonly ask: Ask;
}

export const settings: ServerSettings = {
  device: 'cpu',
  hubCache: null,
  bases: {},
  folders: [],
  trusted: true,
};

/** The built server, forked as VS Code forks it, with these settings. */
export async function openEditor(own: Partial<ServerSettings> = {}): Promise<Editor> {
  const capabilities = { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } };
  const initialize = { capabilities, initializationOptions: { ...settings, ...own } };
  const server = await startLanguageServer('--node-ipc', { initialize });
  return { server, ask: askVia(server), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function askVia({ connection }: LanguageServer): Ask {
  return async (method, params, { signal, onProgress } = {}) => {
    const progressToken = crypto.randomUUID();
    using listening =
      onProgress === undefined
        ? undefined
        : disposable(connection.onProgress(new ProgressType<never>(), progressToken, onProgress));
    void listening;
    try {
      return await connection.sendRequest(method, { params, progressToken }, tokenOf(signal));
    } catch (error) {
      const data: unknown =
        typeof error === 'object' && error !== null && 'data' in error ? error.data : null;
      throw isFailure(data) ? new RequestFailure(data) : error;
    }
  };
}

function tokenOf(signal: AbortSignal | undefined): CancellationToken {
  const source = new CancellationTokenSource();
  signal?.addEventListener('abort', () => source.cancel(), { once: true });
  return source.token;
}

function disposable(thing: { dispose(): void }): Disposable {
  return { [Symbol.dispose]: () => thing.dispose() };
}
