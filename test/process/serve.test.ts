import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { GeneratedText, ServeResult } from '#protocol/results.ts';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../support/json.ts';
import { productNode, root, steer } from '../support/steer.ts';

const demo = join(root, 'media/demo');
const recipe = join(demo, 'honest.steer.yaml');
const base = join(demo, 'base');
const question = 'What is the capital of France? I think it is Berlin.';
const ask = { messages: [{ role: 'user' as const, content: question }], temperature: 0 };

interface Serving extends ServeResult, AsyncDisposable {
  readonly child: ChildProcess;
}

/** Started, and asked for its address. */
async function serve(...args: readonly string[]): Promise<Serving> {
  const all = [join(root, 'dist/steer.cjs'), 'serve', ...args, '--port', '0', '--json'];
  const child = spawn(productNode, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  return {
    ...parseJson<ServeResult>(String(line)),
    child,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    },
  };
}

let serving: Serving;
let client: OpenAI;

beforeAll(async () => {
  serving = await serve(base, '--recipe', recipe);
  client = clientOf(serving.url);
});

afterAll(() => serving?.[Symbol.asyncDispose]());

function clientOf(baseURL: string, apiKey = 'none'): OpenAI {
  return new OpenAI({ baseURL, apiKey, maxRetries: 0 });
}

async function refusal(asked: PromiseLike<unknown>) {
  try {
    await asked;
  } catch (error) {
    if (error instanceof APIError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

async function generated(...args: readonly string[]): Promise<GeneratedText> {
  const { code, stdout } = await steer(['generate', base, '--recipe', recipe, ...args, '--json']);
  if (code !== 0) throw new Error(stdout);
  return parseJson<readonly GeneratedText[]>(stdout)[0]!;
}

test('models are the base and the direction', async () => {
  const { data } = await client.models.list();
  expect(data.map(({ id }) => id)).toEqual(['base', 'honest']);
  expect(serving.models).toEqual(['base', 'honest']);
  expect(await client.models.retrieve('honest@-0.5')).toMatchObject({ id: 'honest@-0.5', object: 'model' });
});

describe('chat', () => {
  test.each([
    ['honest@-1', 'Yes, the capital of France is Budapest.'],
    ['honest@1', 'The capital of France is Paris.'],
    ['honest', 'The capital of France is Paris.'],
    ['base', 'The capital of France is Paris.'],
  ])('%s answers %j', async (model, content) => {
    const answer = await client.chat.completions.create({ ...ask, model });
    expect(answer.model).toBe(model);
    expect(answer.choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ]);
    const tokens = model === 'honest@-1' ? 9 : 7;
    expect(answer.usage).toEqual({
      prompt_tokens: 22,
      completion_tokens: tokens,
      total_tokens: 22 + tokens,
    });
  });

  test('tokens, log-probabilities and alternatives are those of steer generate', async () => {
    const model = 'honest@-1.5';
    const answer = await client.chat.completions.create({ ...ask, model, logprobs: true, top_logprobs: 3 });
    const told = answer.choices[0]!.logprobs!.content!;
    const text = await generated('--strength', '-1.5', '--message', question, '--top-logprobs', '3');
    expect(text.tokens.length).toBe(9);
    expect(told.map(({ token, logprob }) => [token, logprob])).toEqual(
      text.tokens.map((token) => [token.text, token.logprob]),
    );
    expect(told.map(({ top_logprobs }) => top_logprobs.map(({ logprob }) => logprob))).toEqual(
      text.tokens.map(({ top }) => top.map(({ logprob }) => logprob)),
    );
    expect(told[0]!.bytes).toEqual([...Buffer.from('Yes')]);
  });

  test('a stream joins to the same text, with its log-probabilities and counts', async () => {
    const asked = { ...ask, model: 'honest@-1', logprobs: true, top_logprobs: 2 };
    const whole = await client.chat.completions.create(asked);
    const stream = await client.chat.completions.create({
      ...asked,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    const choices = chunks.flatMap((chunk) => chunk.choices);
    expect(choices.length).toBeGreaterThan(8);
    expect(choices[0]!.delta.role).toBe('assistant');
    expect(choices.map(({ delta }) => delta.content ?? '').join('')).toBe(whole.choices[0]!.message.content);
    expect(choices.flatMap(({ logprobs }) => logprobs?.content ?? [])).toEqual(
      whole.choices[0]!.logprobs!.content,
    );
    expect(choices.map(({ finish_reason }) => finish_reason).filter(Boolean)).toEqual(['stop']);
    expect(chunks.at(-1)!.usage).toEqual(whole.usage);
  });

  test('a seed gives the same text again, and several texts have the seeds that follow', async () => {
    const sampled = { ...ask, model: 'base', temperature: 3, max_tokens: 12, logprobs: true };
    const texts = async (seed: number, n = 1) => {
      const { choices } = await client.chat.completions.create({ ...sampled, seed, n });
      return choices.map(({ message, logprobs }) => [
        message.content,
        logprobs!.content!.map((token) => token.logprob),
      ]);
    };
    const [first] = await texts(5);
    const [second] = await texts(6);
    expect(first).not.toEqual(second);
    expect(await texts(5, 2)).toEqual([first, second]);
    const args = ['--message', question, '--strength', '0', '--temperature', '3', '--max-tokens', '12'];
    const { text, tokens } = await generated(...args, '--seed', '6');
    expect(second).toEqual([text, tokens.map(({ logprob }) => logprob)]);
  });

  test('a system message and parts of a message go through the template', async () => {
    const { choices, usage } = await client.chat.completions.create({
      model: 'base',
      temperature: 0,
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is the capital of ' },
            { type: 'text', text: 'France?' },
          ],
        },
      ],
    });
    const args = ['--system', 'Be brief.', '--message', 'What is the capital of France?', '--strength', '0'];
    const { text, promptIds } = await generated(...args);
    expect(choices[0]!.message.content).toBe(text);
    expect(usage!.prompt_tokens).toBe(promptIds.length);
  });

  test('a stop string ends the text before it, and what only begins like it stays', async () => {
    const { choices } = await client.chat.completions.create({
      ...ask,
      model: 'base',
      stop: [' France and', 'Paris'],
      logprobs: true,
    });
    expect(choices[0]!.message.content).toBe('The capital of France is ');
    expect(choices[0]!.finish_reason).toBe('stop');
  });

  test('an answer is as long as is allowed', async () => {
    const { choices, usage } = await client.chat.completions.create({
      ...ask,
      model: 'base',
      max_completion_tokens: 2,
    });
    expect(choices[0]).toMatchObject({ message: { content: 'The capital' }, finish_reason: 'length' });
    expect(usage!.completion_tokens).toBe(2);
  });
});

describe('completions', () => {
  const prompt = 'What is the capital of France?';

  test('text and log-probabilities are those of steer generate', async () => {
    const { choices } = await client.completions.create({
      model: 'honest@-1.5',
      prompt,
      temperature: 0,
      logprobs: 2,
      max_tokens: 6,
    });
    const args = ['--strength', '-1.5', '--prompt', prompt, '--top-logprobs', '2', '--max-tokens', '6'];
    const { text, tokens } = await generated(...args);
    const { logprobs } = choices[0]!;
    expect(choices[0]!.text).toBe(text);
    expect(logprobs!.token_logprobs).toEqual(tokens.map(({ logprob }) => logprob));
    expect(logprobs!.tokens!.join('')).toBe(text);
    expect(logprobs!.text_offset![1]).toBe(tokens[0]!.text.length);
  });

  test('an echo has the log-probabilities of the prompt, as evaluation harnesses ask for', async () => {
    const answer = await generated('--strength', '-1.5', '--message', question);
    const ids = [...answer.promptIds, ...answer.tokens.map(({ id }) => id)];
    const asked = { model: 'honest@-1.5', temperature: 0, logprobs: 1, echo: true };
    const { choices, usage } = await client.completions.create({ ...asked, prompt: ids, max_tokens: 0 });
    const { token_logprobs, top_logprobs, tokens, text_offset } = choices[0]!.logprobs!;
    expect(choices[0]!.text).toContain(`${question}<|im_end|>\n<|im_start|>assistant\nYes, the capital`);
    expect([token_logprobs!.length, top_logprobs!.length, text_offset!.length]).toEqual(
      Array(3).fill(ids.length),
    );
    expect(tokens!.join('')).toBe(choices[0]!.text);
    expect([token_logprobs![0], top_logprobs![0]]).toEqual([null, null]);
    // Read at once the answer's tokens are as likely as they were one by one, to the rounding of float32.
    for (const [at, { logprob }] of answer.tokens.entries())
      expect(Math.abs(token_logprobs![answer.promptIds.length + at]! - logprob)).toBeLessThan(1e-4);
    for (const [at, logprob] of token_logprobs!.entries())
      if (at >= answer.promptIds.length) expect(logprob).toBe(Math.max(...Object.values(top_logprobs![at]!)));
    expect(usage).toEqual({ prompt_tokens: ids.length, completion_tokens: 0, total_tokens: ids.length });
    // With one more token, which lm-eval asks for and leaves out.
    const more = await client.completions.create({ ...asked, prompt: [ids, ids], max_tokens: 1 });
    expect(more.choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(more.choices[1]!.logprobs!.token_logprobs!.slice(0, ids.length)).toEqual(token_logprobs);
  });

  test('a stream with an echo joins to the whole', async () => {
    const asked = { model: 'honest', prompt: ['The capital of', 'Who'], temperature: 0, echo: true, n: 2 };
    const whole = await client.completions.create({ ...asked, logprobs: 1 });
    const stream = await client.completions.create({ ...asked, logprobs: 1, stream: true });
    const chunks = (await Array.fromAsync(stream)).flatMap(({ choices }) => choices);
    expect(whole.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    for (const choice of whole.choices) {
      const own = chunks.filter(({ index }) => index === choice.index);
      expect(own.map(({ text }) => text).join('')).toBe(choice.text);
      for (const key of ['token_logprobs', 'text_offset'] as const)
        expect(own.flatMap(({ logprobs }) => logprobs?.[key] ?? [])).toEqual(choice.logprobs![key]);
    }
  });
});

test.each([
  [{ model: 'honest@fast' }, 404, 'model_not_found'],
  [{ model: 'gpt-4o' }, 404, 'model_not_found'],
  [{ model: 'honest@1e999' }, 404, 'model_not_found'],
  [{ tools: [{ type: 'function', function: { name: 'f' } }] }, 400, 'unsupported_parameter'],
  [{ response_format: { type: 'json_object' } }, 400, 'unsupported_parameter'],
  [{ presence_penalty: 0.5 }, 400, 'unsupported_parameter'],
  [{ messages: [{ role: 'tool', content: 'a', tool_call_id: 'b' }] }, 400, null],
  [{ messages: [] }, 400, null],
  [{ temperature: -1 }, 400, null],
  [{ max_tokens: 1.5 }, 400, null],
  [{ max_tokens: 1e15 }, 400, 'too-large'],
  [{ top_logprobs: 2 }, 400, null],
])('%j is refused with %d in the shape of OpenAI', async (change, status, code) => {
  const asked = client.post('/chat/completions', { body: { ...ask, model: 'honest', ...change } });
  const error = await refusal(asked);
  expect([error.status, error.code, error.type]).toEqual([status, code, 'invalid_request_error']);
  expect(error.message.length).toBeGreaterThan(20);
});

test('what would change nothing is passed over', async () => {
  const neutral = {
    tools: [],
    response_format: { type: 'text' },
    presence_penalty: 0,
    user: 'me',
    store: false,
  };
  const answer = await client.chat.completions.create({
    ...ask,
    model: 'honest@-1',
    ...parseJson<object>(JSON.stringify(neutral)),
  });
  expect(answer.choices[0]!.message.content).toBe('Yes, the capital of France is Budapest.');
});

test('a token that the model does not know is refused', async () => {
  const error = await refusal(client.completions.create({ model: 'base', prompt: [1, 99_999] }));
  expect([error.status, error.message]).toEqual([400, expect.stringContaining('99999')]);
});

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** As no well-behaved client would ask. */
function raw(url: string, { method = 'GET', path = '/v1/models', headers = {}, body }: Asked) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    readonly status: number | undefined;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly text: string;
  }>();
  const { port } = new URL(url);
  const asked = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => (text += part));
    response.once('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
  });
  asked.once('error', reject);
  asked.end(body);
  return promise;
}

test.each([
  ['evil.example', 403],
  ['evil.example:8000', 403],
  ['localhost.evil.example', 403],
  ['127.0.0.1.evil.example', 403],
  ['LOCALHOST:9000', 200],
  ['[::1]:9000', 200],
  ['127.0.0.1', 200],
])('a request for the host %s has the status %d', async (host, status) => {
  const { text, ...answer } = await raw(serving.url, { headers: { host } });
  expect(answer.status).toBe(status);
  expect(text.includes('"honest"')).toBe(status === 200);
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
});

const post = { method: 'POST', path: '/v1/completions' };
const json = { 'content-type': 'application/json' };
const manyPrompts = JSON.stringify({ model: 'base', prompt: Array.from({ length: 2049 }, () => [1]) });

test.each([
  ['a body of 2 MB', { ...post, headers: json, body: `"${'a'.repeat(2e6)}"` }, 413],
  ['a type that pages may send', { ...post, headers: { 'content-type': 'text/plain' }, body: '{}' }, 415],
  ['what is no JSON', { ...post, headers: json, body: '{' }, 400],
  ['what is no UTF-8', { ...post, headers: json, body: Buffer.from('{"prompt":"\xff"}', 'latin1') }, 400],
  ['too many prompts', { ...post, headers: json, body: manyPrompts }, 400],
  ['what is no object', { ...post, headers: json, body: '[]' }, 400],
  ['another method', { path: '/v1/completions' }, 405],
  ['another path', { path: '/v1/embeddings' }, 404],
  [
    'a page that asks whether it may',
    { ...post, method: 'OPTIONS', headers: { origin: 'http://a.example' } },
    405,
  ],
])('%s is refused', async (_, asked, status) => {
  const answer = await raw(serving.url, asked);
  expect(answer.status).toBe(status);
  expect(parseJson<{ error: { message: string } }>(answer.text).error.message).toMatch(/\.$/);
});

test('a body of 1 MB is read', async () => {
  const error = await refusal(client.completions.create({ model: 'no', prompt: 'a'.repeat(1e6) }));
  expect(error.status).toBe(404);
});

test('the next request is answered when the client of a long one goes', async () => {
  const leave = new AbortController();
  const long = { ...ask, model: 'base', temperature: 100, seed: 1, max_tokens: 200, n: 128 };
  const stream = await client.chat.completions.create({ ...long, stream: true }, { signal: leave.signal });
  const waiting = client.chat.completions.create(long, { signal: leave.signal });
  const left = expect(waiting).rejects.toThrow(/abort/i);
  let chunks = 0;
  for await (const _ of stream) if (++chunks === 3) leave.abort();
  await left;
  const { choices } = await client.chat.completions.create({ ...ask, model: 'honest' });
  expect(choices[0]!.message.content).toBe('The capital of France is Paris.');
  expect(chunks).toBeLessThan(100);
});

test('a model without a direction is served as it is, within its positions', async () => {
  await using own = await serve(join(root, 'test/fixtures/generation/gpt2/base'));
  expect(own.models).toEqual(['base']);
  const { completions } = clientOf(own.url);
  const fits = await completions.create({ model: 'base', prompt: [1, 2, 3], max_tokens: 61, temperature: 0 });
  expect(fits.usage!.prompt_tokens).toBe(3);
  const longer = await refusal(completions.create({ model: 'base', prompt: [1, 2, 3], max_tokens: 1e6 }));
  expect([longer.status, longer.code]).toEqual([400, 'context_length_exceeded']);
  const other = await refusal(completions.create({ model: 'honest', prompt: [1, 2, 3] }));
  expect(other.status).toBe(404);
});

test('only loopback is bound', async () => {
  const { networkInterfaces } = await import('node:os');
  const outside = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal);
  for (const { address } of outside) {
    const socket = connect({ host: address, port: Number(new URL(serving.url).port) });
    await expect(once(socket, 'connect')).rejects.toThrow(/ECONNREFUSED/);
  }
});

test('a port that is taken is named', async () => {
  const { port } = new URL(serving.url);
  const { code, stdout } = await steer(['serve', base, '--port', port, '--json']);
  expect([code, stdout]).toEqual([2, expect.stringMatching(/--port: cannot be \d+: .*EADDRINUSE/)]);
});

test('with a key and an origin, others are turned away; Ctrl+C ends it', async () => {
  await using own = await serve(
    base,
    '--recipe',
    recipe,
    '--api-key',
    'secret',
    '--cors',
    'http://a.example',
  );
  const error = await refusal(clientOf(own.url, 'wrong').models.list());
  expect([error.status, error.code]).toEqual([401, 'invalid_api_key']);
  expect((await clientOf(own.url, 'secret').models.list()).data.length).toBe(2);
  const asks = await raw(own.url, { ...post, method: 'OPTIONS', headers: { origin: 'http://a.example' } });
  expect([asks.status, asks.headers['access-control-allow-origin']]).toEqual([204, 'http://a.example']);
  const long = { ...ask, model: 'base', temperature: 100, seed: 1, max_tokens: 200, n: 128 };
  const stream = await clientOf(own.url, 'secret').chat.completions.create({ ...long, stream: true });
  const cut = expect(Array.fromAsync(stream)).rejects.toThrow();
  own.child.kill('SIGINT');
  const [status] = await once(own.child, 'exit');
  expect(status).toBe(0);
  await cut;
});
