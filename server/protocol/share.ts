/** A recorded text, and how it stands to the base's. */
export interface SharedText {
  /** What each token adds to the text. */
  readonly tokens: readonly string[];
  /** KL(steered ‖ base) before each token, in nats; of the base's own text none. */
  readonly divergences: readonly number[];
  /** The first token that is another than the base's, the end of a text counted as one; null: the texts are the same. */
  readonly differsAt: number | null;
  readonly finish: 'stop' | 'length';
}

export interface SharedPrompt {
  /** What a person says, or a text that is taken as it is. */
  readonly text: string;
  readonly system?: string | undefined;
  readonly base: SharedText;
  /** One for each strength. */
  readonly steered: readonly SharedText[];
  /** Along a random direction of the same norms, one for each strength; null: not recorded. */
  readonly random: readonly SharedText[] | null;
}

/** What the page of `share` has of texts, as JSON in an element of its own. */
export interface SharedTexts {
  /** Ascending. */
  readonly strengths: readonly number[];
  /** Where the slider stands at first: the place of the recipe's own strength. */
  readonly start: number;
  readonly prompts: readonly SharedPrompt[];
}
