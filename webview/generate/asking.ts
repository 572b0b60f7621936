import type { GenerationParams, GenerationSubject } from '#protocol/generation.ts';
import type { ViewState } from './viewState.ts';

/** All that every text has in common. */
export type Asking = Omit<GenerationParams, 'columns'>;

/** Alternatives that are told of each token. */
const alternatives = 5;

/** Undefined where there is nothing to go on from. */
export function askingOf(
  { subject, system, message, raw, options, ...state }: ViewState,
  { chat }: Pick<GenerationSubject, 'chat'>,
): Asking | undefined {
  const isRaw = state.form === 'raw' || chat === 'none';
  if ((isRaw ? raw : message) === '') return undefined;
  const { maxTokens, ...sampling } = options;
  const isSaid = chat === 'with-system' && system !== '';
  return {
    subject,
    prompt: isRaw ? { text: raw } : { message, ...(isSaid && { system }) },
    maxTokens,
    sampling: { ...sampling, topK: 0, minP: 0 },
    topLogprobs: alternatives,
  };
}
