import type { WithWarnings } from './failure.ts';
import type { OutputFormat } from './results.ts';

/** What a recipe comes to, from headers alone: the line of facts in its editor. */
export interface RecipeFacts extends WithWarnings {
  readonly name: string;
  /** In words, such as `honest − sycophantic`. */
  readonly direction: string;
  /** What is steered, as the recipe names it; `base` where it names nothing. */
  readonly target: string;
  /** Tensors that move. */
  readonly tensors: number;
  /** Empty where the recipe has no `output.path`. */
  readonly outputs: readonly RecipeOutputFacts[];
}

export interface RecipeOutputFacts {
  /** Absolute. */
  readonly path: string;
  readonly strength: number;
  readonly format: OutputFormat;
  readonly bytes: number;
  /** Whether the path is taken already. */
  readonly exists: boolean;
}

/** Text in place of what is from `start` to `end`, in UTF-16 units. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface StrengthEditsParams {
  /** Of the recipe, for messages. */
  readonly path: string;
  readonly text: string;
  /** How far along each of its directions. */
  readonly strengths: readonly number[];
}

export interface LoadCommand {
  /** What it is for: `transformers`, `PEFT`, `vLLM`; empty for a sentence about who cannot load it. */
  readonly label: string;
  readonly command: string;
}
