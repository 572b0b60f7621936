import type { TextChange, TextRange } from './check.ts';
import type { WithWarnings } from './failure.ts';
import type { OutputFormat } from './results.ts';
import type { ModuleGroup } from './tensors.ts';

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

/** What of a direction is to move from now on; an absent part restricts nothing. */
export interface Restriction {
  /** Both ends included. */
  readonly layers?: { readonly first: number; readonly last: number };
  /** By short name, with the group that a recipe may name in its place. */
  readonly modules?: readonly { readonly name: string; readonly group: ModuleGroup }[];
  /** Whole names of tensors, where layers and modules cannot tell them from others. */
  readonly include?: readonly string[];
}

/** A recipe as an editor has it. */
export interface RecipeText {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

export interface RestrictParams extends RecipeText {
  readonly restriction: Restriction;
}

/** A stored direction whose folder has another path. Paths are absolute. */
export interface MovedParams {
  readonly recipes: readonly RecipeText[];
  readonly from: string;
  readonly to: string;
}

export type MovedResult = readonly { readonly path: string; readonly changes: readonly TextChange[] }[];

export interface ClauseParams extends RecipeText {
  /** A tensor's whole name. */
  readonly tensor: string;
}

export interface ClauseResult {
  /** What of `include`, `modules` or `layers` lets the tensor through, else the direction that moves it. */
  readonly range: TextRange;
}

export interface RestrictResult {
  /** None where the recipe says as much already. */
  readonly changes: readonly TextChange[];
  /** What the recipe says from now on, a sentence or two. */
  readonly message: string;
}
