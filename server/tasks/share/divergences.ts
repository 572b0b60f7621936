import type { SharedText, SharedTexts } from '#protocol/share.ts';

/** What the texts of one strength come to, over all prompts. */
export interface StrengthFacts {
  readonly strength: number;
  /** Mean of KL(steered ‖ base) over all tokens, in nats; 0 where there is none. */
  readonly divergence: number;
  /** Prompts whose text is another than the base's. */
  readonly differing: number;
}

/** One for each strength, along the direction or the random one; null where that was not recorded. */
export function factsOf(
  { strengths, prompts }: SharedTexts,
  along: 'steered' | 'random',
): readonly StrengthFacts[] | null {
  if (prompts.some((prompt) => prompt[along] === null)) return null;
  return strengths.map((strength, at) => {
    const texts = prompts.flatMap((prompt): readonly SharedText[] => {
      const text = prompt[along]?.[at];
      return text === undefined ? [] : [text];
    });
    const all = texts.flatMap(({ divergences }) => divergences);
    return {
      strength,
      divergence: all.length === 0 ? 0 : all.reduce((sum, value) => sum + value, 0) / all.length,
      differing: texts.filter(({ differsAt }) => differsAt !== null).length,
    };
  });
}
