import { ApiError } from './apiError.ts';
import { strengthOf } from './modelNames.ts';
import type { AnswerToken, ServedModel } from './servedModel.ts';
import type { Piece } from './stoppedText.ts';
import type { TextRequest } from './textRequest.ts';

export interface Choice {
  readonly index: number;
  readonly text: string;
  readonly tokens: readonly AnswerToken[];
  readonly finish: 'stop' | 'length';
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

interface Wanted {
  readonly prompts: readonly (readonly number[])[];
  /** Where the request says nothing: of what is left of the model's positions, at most so many tokens. */
  readonly defaultTokens: number;
  readonly signal: AbortSignal;
  readonly onPiece?: (index: number, piece: Piece<AnswerToken>) => void;
  readonly onEnd?: (choice: Choice) => void;
}

/** Texts for each prompt, one after another; 400 where the model has no room for them, which is known before the first. */
export async function answerTexts(
  model: ServedModel,
  request: TextRequest,
  { prompts, defaultTokens, signal, onPiece, onEnd }: Wanted,
): Promise<{ readonly choices: readonly Choice[]; readonly usage: Usage }> {
  const strength = strengthOf(request.model, model.names);
  const lengths = prompts.map((ids) => lengthOf(request, ids.length, model.roomAfter(ids), defaultTokens));
  const { sampling, stops, logprobs = 0, n } = request;
  const choices: Choice[] = [];
  let made = 0;
  for (const [at, ids] of prompts.entries()) {
    for (let text = 0; text < n; text++) {
      const index = at * n + text;
      const pieces: Piece<AnswerToken>[] = [];
      const { finish, tokens } = await model.write({
        ids,
        strength,
        maxTokens: lengths[at] ?? 0,
        sampling: { ...sampling, seed: sampling.seed + text },
        topLogprobs: logprobs,
        stops,
        signal,
        onPiece: (piece) => {
          pieces.push(piece);
          onPiece?.(index, piece);
        },
      });
      made += tokens;
      const choice = {
        index,
        text: pieces.map((piece) => piece.text).join(''),
        tokens: pieces.flatMap((piece) => piece.tokens),
        finish,
      };
      choices.push(choice);
      onEnd?.(choice);
    }
  }
  const read = prompts.reduce((sum, ids) => sum + ids.length, 0);
  return {
    choices,
    usage: { prompt_tokens: read, completion_tokens: made, total_tokens: read + made },
  };
}

function lengthOf({ maxTokens }: TextRequest, prompt: number, room: number, defaultTokens: number): number {
  if (room >= (maxTokens ?? 1)) return maxTokens ?? Math.min(room, defaultTokens);
  const asked = maxTokens === undefined ? '' : ` and ${maxTokens} are asked for`;
  throw new ApiError(400, `The model has ${prompt + room} positions; the prompt takes ${prompt}${asked}.`, {
    param: 'messages',
    code: 'context_length_exceeded',
  });
}
