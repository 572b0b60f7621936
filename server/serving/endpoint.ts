import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { toFailure } from '../errors.ts';
import { ApiError } from './apiError.ts';
import { answerChat } from './chat.ts';
import { answerCompletion } from './completions.ts';
import { type Access, corsHeaders, refuseStrangers } from './guard.ts';
import { listedModels, strengthOf } from './modelNames.ts';
import { Queue } from './queue.ts';
import { Reply } from './reply.ts';
import { readBody } from './requestBody.ts';
import type { ServedModel } from './servedModel.ts';

const answers = new Map([
  ['/v1/chat/completions', answerChat],
  ['/v1/completions', answerCompletion],
]);

/** The part of OpenAI's API that a language model answers, over HTTP. */
export class Endpoint {
  readonly #model: ServedModel;
  readonly #access: Access;
  readonly #queue = new Queue();
  readonly #started = Math.floor(Date.now() / 1000);

  constructor(model: ServedModel, access: Access) {
    this.#model = model;
    this.#access = access;
  }

  /** Not listening yet. */
  server(): Server {
    return createServer((request, response) => void this.#answer(request, response));
  }

  /** When nothing is computed any more. */
  async idle(): Promise<void> {
    await this.#queue.idle();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const reply = new Reply(response);
    try {
      for (const [name, value] of Object.entries(corsHeaders(this.#access))) response.setHeader(name, value);
      await this.#route(request, response, { reply, signal: gone.signal });
    } catch (error) {
      // Nobody is there to be told.
      if (gone.signal.aborted) return;
      reply.fail(error);
      if (toFailure(error).code === 'internal' && !(error instanceof ApiError))
        process.emitWarning(error instanceof Error ? error : String(error));
    }
  }

  async #route(
    request: IncomingMessage,
    response: ServerResponse,
    { reply, signal }: { readonly reply: Reply; readonly signal: AbortSignal },
  ): Promise<void> {
    const { method = '', url = '' } = request;
    const path = pathOf(url);
    // A browser asks without the key whether it may ask.
    if (method === 'OPTIONS' && this.#access.cors !== undefined) return void response.writeHead(204).end();
    refuseStrangers(request, this.#access);
    const answer = answers.get(path);
    if (answer !== undefined) {
      refuseOther(method, 'POST');
      const body = await readBody(request);
      return await this.#queue.run(() => answer(this.#model, body, reply, signal), signal);
    }
    const name = /^\/v1\/models(?:\/(.+))?$/.exec(path);
    if (name === null) throw new ApiError(404, `There is no ${path} here.`, { code: 'not_found' });
    refuseOther(method, 'GET');
    reply.json(this.#models(name[1]));
  }

  #models(name: string | undefined): object {
    const { names } = this.#model;
    const told = (id: string) => ({
      id,
      object: 'model',
      created: this.#started,
      owned_by: 'weight-steering',
    });
    if (name === undefined) return { object: 'list', data: listedModels(names).map(told) };
    strengthOf(name, names);
    return told(name);
  }
}

function refuseOther(method: string, due: string): void {
  if (method === due) return;
  throw new ApiError(405, `${method} is not allowed here; ${due} is.`, { headers: { allow: due } });
}

/** Decoded; what cannot be is no path of ours. */
function pathOf(url: string): string {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return url;
  }
}
