import type {
  GenerationColumn,
  GenerationResult,
  GenerationSubject,
  TextToken,
} from '#protocol/generation.ts';

export const sampleSubject: GenerationSubject = {
  target: 'base',
  directions: [{ name: 'honest', strength: 1 }],
  strengths: [1],
  chat: 'with-system',
};

const likely = (...texts: readonly string[]) =>
  texts.map((text, index) => ({ id: 100 + index, text, logprob: Math.log(0.6 / 3 ** index) }));

/** Of words, each with its space before it; `divergences` are those of a steered text. */
export function sampleTokens(text: string, divergences?: readonly number[]): readonly TextToken[] {
  return text.split(/(?= )/).map((word, at) => ({
    id: idOf(word),
    text: word,
    logprob: Math.log(0.6),
    top: likely(word, ' other', ' third', ' fourth', ' fifth'),
    ...(divergences && {
      base: {
        logprob: Math.log(0.2),
        top: likely(' other', word, ' third', ' fourth', ' fifth'),
        divergence: divergences[at] ?? 0,
      },
    }),
  }));
}

export function sampleColumn(strengths: readonly number[], tokens: readonly TextToken[]): GenerationColumn {
  const isBase = tokens[0]?.base === undefined;
  return {
    strengths,
    text: tokens.map(({ text }) => text).join(''),
    tokens,
    finish: 'stop',
    divergence: isBase ? null : 0.42,
    baseLogprob: isBase ? null : -1.23,
    repetition: 0,
  };
}

export function sampleResult(columns: readonly GenerationColumn[]): GenerationResult {
  return {
    columns,
    promptTokens: 22,
    device: 'cpu',
    precision: 'float32',
    tokensPerSecond: 41.2,
    memory: 4_050_000,
  };
}

/** Equal for equal words. */
function idOf(word: string): number {
  return new TextEncoder().encode(word).reduce((id, byte) => (31 * id + byte) % 100_003, 7);
}
