import { randomUUID } from 'node:crypto';
import { answerTexts, type Choice } from './answerTexts.ts';
import { completionLogprobs, type ToldToken } from './completionLogprobs.ts';
import { echoOf, type Echo } from './echo.ts';
import { Fields } from './fields.ts';
import { strengthOf } from './modelNames.ts';
import { type Prompt, readPrompts } from './prompts.ts';
import type { Reply } from './reply.ts';
import type { ServedModel } from './servedModel.ts';
import { readTextRequest, type TextRequest } from './textRequest.ts';

/** OpenAI's. */
const defaultTokens = 16;

/** `POST /v1/completions`. With `echo` the prompt is told too, and with `logprobs` how likely its tokens are. */
export async function answerCompletion(
  model: ServedModel,
  body: unknown,
  reply: Reply,
  signal: AbortSignal,
): Promise<void> {
  const fields = new Fields(body);
  const request = readTextRequest(fields, fields.whole('logprobs', { least: 0, most: 20 }));
  const isEcho = fields.flag('echo');
  const strength = strengthOf(request.model, model.names);
  const prompts = readPrompts(fields, (text) => model.encodeText(text));
  for (const { ids } of prompts) model.roomAfter(ids);
  const head = {
    id: `cmpl-${randomUUID()}`,
    object: 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    system_fingerprint: model.fingerprint,
  };
  const echoes: Echo[] = [];
  for (const prompt of isEcho ? prompts : [])
    echoes.push(await echoOf(model, prompt, { strength, topLogprobs: request.logprobs, signal }));
  const asked = { head, prompts, echoes, reply, signal };
  if (request.isStream) await streamCompletion(model, request, asked);
  else await wholeCompletion(model, request, asked);
}

interface Asked {
  readonly head: object;
  readonly prompts: readonly Prompt[];
  /** Of each prompt, where they are told. */
  readonly echoes: readonly Echo[];
  readonly reply: Reply;
  readonly signal: AbortSignal;
}

async function wholeCompletion(model: ServedModel, request: TextRequest, asked: Asked): Promise<void> {
  const { choices, usage } = await answerTexts(model, request, wantedOf(asked));
  const told = choices.map((choice) => {
    const echo = asked.echoes[Math.floor(choice.index / request.n)];
    const tokens = [...(echo?.tokens ?? []), ...choice.tokens];
    return choiceOf(
      request,
      { ...choice, text: (echo?.text ?? '') + choice.text, tokens },
      echo?.before ?? 0,
    );
  });
  asked.reply.json({ ...asked.head, choices: told, usage });
}

async function streamCompletion(model: ServedModel, request: TextRequest, asked: Asked): Promise<void> {
  const { head, echoes, reply } = asked;
  const usageLater = request.withUsage ? { usage: null } : {};
  const lengths = new Map<number, number>();
  const tell = (told: Told, before = -(lengths.get(told.index) ?? 0)) => {
    lengths.set(told.index, (lengths.get(told.index) ?? 0) + told.text.length);
    reply.event({ ...head, choices: [choiceOf(request, told, before)], ...usageLater });
  };
  const begin = (index: number) => {
    const echo = echoes[Math.floor(index / request.n)];
    if (echo !== undefined && !lengths.has(index)) tell({ index, ...echo, finish: null }, echo.before);
  };
  const { usage } = await answerTexts(model, request, {
    ...wantedOf(asked),
    onPiece: (index, { text, tokens }) => {
      begin(index);
      if (text !== '' || tokens.length > 0) tell({ index, text, tokens, finish: null });
    },
    onEnd: ({ index, finish }) => tell({ index, text: '', tokens: [], finish }),
  });
  if (request.withUsage) reply.event({ ...head, choices: [], usage });
  reply.end();
}

function wantedOf({ prompts, signal }: Asked) {
  return { prompts: prompts.map(({ ids }) => ids), defaultTokens, signal };
}

interface Told {
  readonly index: number;
  readonly text: string;
  readonly tokens: readonly ToldToken[];
  readonly finish: Choice['finish'] | null;
}

/** `before` is what the tokens have of text that is not told, or, below 0, what was told before. */
function choiceOf({ logprobs }: TextRequest, { index, text, tokens, finish }: Told, before: number): object {
  return {
    index,
    text,
    logprobs: logprobs === undefined ? null : completionLogprobs(tokens, before),
    finish_reason: finish,
  };
}
