import type { LanguageClient } from 'vscode-languageclient/node';
import type { Call } from './call.ts';
import type { ClientParts } from './client.ts';

/**
 * The language server, which starts with the first request. The client's library takes longer to load than
 * everything else here together, so it is loaded then too.
 */
export class Server {
  readonly #parts: ClientParts;
  #client: Promise<LanguageClient> | undefined;
  #running: LanguageClient | undefined;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  readonly call: Call = async (method, params, options = {}) => {
    options.signal?.throwIfAborted();
    const { callVia } = await import('./client.ts');
    return await callVia(await this.#started())(method, params, options);
  };

  get isRunning(): boolean {
    return this.#running?.isRunning() === true;
  }

  async start(): Promise<void> {
    await this.#started();
  }

  dispose(): void {
    void this.#client?.then((client) => client.dispose());
  }

  /** A client that runs, or an error that the next request may not meet. */
  async #started(): Promise<LanguageClient> {
    const creating = (this.#client ??= this.#create());
    const client = await creating;
    try {
      await client.start();
    } catch (error) {
      // A client whose start has failed gives the same error ever after.
      if (this.#client === creating) this.#client = undefined;
      client.dispose().catch(() => {}); // It does not run, which is what that would say.
      throw error;
    }
    return (this.#running = client);
  }

  async #create(): Promise<LanguageClient> {
    const { createClient } = await import('./client.ts');
    return createClient(this.#parts);
  }
}
