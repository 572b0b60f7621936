import { randomInt } from 'node:crypto';
import type { Sampling } from '#protocol/generation.ts';
import type { Fields } from './fields.ts';
import { refuseUnsupported } from './unsupported.ts';

/** What chats and completions have in common. */
export interface TextRequest {
  /** As it is named in the request. */
  readonly model: string;
  /** Texts for each prompt; their seeds follow each other. */
  readonly n: number;
  /** Undefined: what the server gives. */
  readonly maxTokens: number | undefined;
  readonly sampling: Sampling;
  readonly stops: readonly string[];
  /** How many of the likeliest tokens come with each; undefined: no log-probabilities are wanted. */
  readonly logprobs: number | undefined;
  readonly isStream: boolean;
  /** A stream ends with the counts of tokens. */
  readonly withUsage: boolean;
}

const whole = { least: 0, most: Number.MAX_SAFE_INTEGER };

/** As OpenAI's API has them by default, and with top-k, min-p and a repetition penalty as other servers name them. */
export function readTextRequest(fields: Fields, logprobs: TextRequest['logprobs']): TextRequest {
  refuseUnsupported(fields);
  const stream = fields.value('stream_options');
  const isStream = fields.flag('stream');
  return {
    model: fields.text('model'),
    n: fields.whole('n', { least: 1, most: 128 }) ?? 1,
    maxTokens: fields.whole('max_completion_tokens', whole) ?? fields.whole('max_tokens', whole),
    sampling: {
      temperature: fields.number('temperature', { least: 0, most: 100 }) ?? 1,
      topP: fields.number('top_p', { least: 0, most: 1 }) ?? 1,
      topK: Math.max(0, fields.whole('top_k', { least: -1, most: whole.most }) ?? 0),
      minP: fields.number('min_p', { least: 0, most: 1 }) ?? 0,
      repetitionPenalty: fields.number('repetition_penalty', { least: 0.01, most: 100 }) ?? 1,
      seed: fields.whole('seed', { least: -whole.most, most: whole.most }) ?? randomInt(2 ** 32),
    },
    stops: readStops(fields),
    logprobs,
    isStream,
    withUsage: isStream && typeof stream === 'object' && stream !== null && isAsked(stream),
  };
}

function isAsked(options: object): boolean {
  return 'include_usage' in options && options.include_usage === true;
}

/** More than anybody needs; each is looked for after every token. */
const mostStops = 64;

function readStops(fields: Fields): readonly string[] {
  const value = fields.value('stop') ?? [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const stops = list.filter((each) => typeof each === 'string' && each !== '');
  if (stops.length < list.length) throw fields.refuse('stop', 'has something that is no text, or empty');
  if (stops.length > mostStops) throw fields.refuse('stop', `has more than ${mostStops} texts`);
  return stops.filter((each) => typeof each === 'string');
}
