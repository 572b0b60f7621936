import { randomUUID } from 'node:crypto';
import type { Message } from '../generation/chatTemplate.ts';
import { isJsonObject } from '../models/jsonFile.ts';
import { answerTexts, type Choice } from './answerTexts.ts';
import { Fields } from './fields.ts';
import { strengthOf } from './modelNames.ts';
import type { Reply } from './reply.ts';
import type { AnswerToken, ServedModel } from './servedModel.ts';
import { readTextRequest, type TextRequest } from './textRequest.ts';

/** As long an answer as most are, where a request does not say how long. */
const defaultTokens = 2048;

/** `POST /v1/chat/completions`. */
export async function answerChat(
  model: ServedModel,
  body: unknown,
  reply: Reply,
  signal: AbortSignal,
): Promise<void> {
  const fields = new Fields(body);
  const request = readTextRequest(fields, readLogprobs(fields));
  strengthOf(request.model, model.names);
  const ids = await model.encodeChat(readMessages(fields), signal);
  const head = {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    system_fingerprint: model.fingerprint,
  };
  const wanted = { prompts: [ids], defaultTokens, signal };
  if (request.isStream) return await streamChat(model, request, { head, wanted, reply });
  const { choices, usage } = await answerTexts(model, request, wanted);
  const told = choices.map(({ index, text, tokens, finish }) => ({
    index,
    message: { role: 'assistant', content: text, refusal: null },
    logprobs: logprobsOf(request, tokens),
    finish_reason: finish,
  }));
  reply.json({ ...head, object: 'chat.completion', choices: told, usage });
}

interface Streamed {
  readonly head: object;
  readonly wanted: Parameters<typeof answerTexts>[2];
  readonly reply: Reply;
}

async function streamChat(
  model: ServedModel,
  request: TextRequest,
  { head, wanted, reply }: Streamed,
): Promise<void> {
  const chunk = { ...head, object: 'chat.completion.chunk' };
  const usageLater = request.withUsage ? { usage: null } : {};
  const begun = new Set<number>();
  const tell = (
    index: number,
    delta: object,
    tokens: readonly AnswerToken[],
    finish: Choice['finish'] | null,
  ) => {
    const role = begun.has(index) ? {} : { role: 'assistant', content: '' };
    begun.add(index);
    const logprobs = logprobsOf(request, tokens);
    const choice = { index, delta: { ...role, ...delta }, logprobs, finish_reason: finish };
    reply.event({ ...chunk, choices: [choice], ...usageLater });
  };
  const { usage } = await answerTexts(model, request, {
    ...wanted,
    onPiece: (index, { text, tokens }) => {
      if (text !== '' || tokens.length > 0) tell(index, { content: text }, tokens, null);
    },
    onEnd: ({ index, finish }) => tell(index, {}, [], finish),
  });
  if (request.withUsage) reply.event({ ...chunk, choices: [], usage });
  reply.end();
}

function readLogprobs(fields: Fields): number | undefined {
  const top = fields.whole('top_logprobs', { least: 0, most: 20 });
  if (fields.flag('logprobs')) return top ?? 0;
  if (top === undefined || top === 0) return undefined;
  throw fields.refuse('top_logprobs', 'is asked for without logprobs');
}

function logprobsOf({ logprobs }: TextRequest, tokens: readonly AnswerToken[]): object | null {
  if (logprobs === undefined) return null;
  const content = tokens.map((token) => ({ ...named(token), top_logprobs: token.top.map(named) }));
  return { content, refusal: null };
}

function named({ text, logprob }: Pick<AnswerToken, 'text' | 'logprob'>) {
  // A part of a character has no bytes that its text could tell.
  const bytes = text.includes('\ufffd') ? null : [...new TextEncoder().encode(text)];
  return { token: text, logprob, bytes };
}

function readMessages(fields: Fields): readonly Message[] {
  const value = fields.value('messages');
  if (!Array.isArray(value) || value.length === 0) throw fields.refuse('messages', 'is no list of messages');
  return value.map((each: unknown, at) => readMessage(each, `messages[${at}]`, fields));
}

const roles = new Map<unknown, Message['role']>([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
]);

function readMessage(value: unknown, name: string, fields: Fields): Message {
  if (!isJsonObject(value)) throw fields.refuse(name, 'is no object');
  const role = roles.get(value['role']);
  if (role === undefined) throw fields.refuse(`${name}.role`, 'is none of system, user and assistant');
  const { content } = value;
  const parts: readonly unknown[] = Array.isArray(content) ? content : [{ type: 'text', text: content }];
  const texts = parts.map((part) =>
    isJsonObject(part) && part['type'] === 'text' ? part['text'] : undefined,
  );
  const told = texts.filter((text) => typeof text === 'string');
  if (told.length < texts.length) throw fields.refuse(`${name}.content`, 'has something that is no text');
  return { role, content: told.join('') };
}
