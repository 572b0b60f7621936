import type { Truncation } from '../directions/truncation.ts';
import type { ModelReference } from '../models/reference.ts';
import type { Removal } from './removal.ts';

/** What a recipe says, checked and with defaults filled in; no file has been touched yet. */
export interface Recipe {
  readonly name: string;
  /** Absolute path of the recipe's folder: what relative paths are relative to. */
  readonly folder: string;
  readonly base: ModelReference | undefined;
  /** Undefined: the base. */
  readonly target: ModelReference | undefined;
  /** One for a `positive`/`negative` recipe. */
  readonly directions: readonly RecipeDirection[];
  /** Written with `directions:`. */
  readonly several: boolean;
  /** Top level; factors over all directions. Default [1]. */
  readonly strengths: readonly number[];
  /** What is done where embeddings have different numbers of rows. */
  readonly vocabulary: 'refuse' | 'intersect' | 'pad';
  readonly selection: Selection;
  readonly schedule: Schedule | undefined;
  /** From the whole, before its truncation. Absent: nothing. */
  readonly removals?: readonly Removal[] | undefined;
  /** Of the whole, after that of each direction. Absent: all of it. */
  readonly truncation?: Truncation | undefined;
  readonly output: RecipeOutput;
}

export interface RecipeDirection {
  readonly name: string;
  readonly source:
    | { readonly kind: 'contrast'; readonly positive: ModelReference; readonly negative: ModelReference }
    | { readonly kind: 'stored'; readonly path: string };
  /** 1 for a `positive`/`negative` recipe, whose strength is the top-level one. */
  readonly strength: number;
  readonly selection: Selection;
  readonly schedule: Schedule | undefined;
  /** Before the truncation. Absent: nothing. */
  readonly removals?: readonly Removal[] | undefined;
  /** Before the strength. Absent: all of it. */
  readonly truncation?: Truncation | undefined;
}

/** Which tensors; an absent part selects everything. */
export interface Selection {
  readonly modules: readonly string[] | undefined;
  readonly include: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly layers: readonly LayerRange[] | undefined;
}

/** Both ends included; `last` undefined: to the end. */
export interface LayerRange {
  readonly first: number;
  readonly last: number | undefined;
}

/** Factors over the layers, as anchors spread evenly over 0 … L − 1; `others` is for tensors outside layers. */
export interface Schedule {
  readonly layers: readonly number[];
  readonly others: number;
}

export interface RecipeOutput {
  /** With `{name}` and `{strength}`; undefined when the recipe names none. */
  readonly path: string | undefined;
  readonly format: 'auto' | 'adapter' | 'gguf-adapter' | 'checkpoint' | 'direction';
  readonly dtype: 'source' | 'float32' | 'bfloat16' | 'float16';
  readonly rounding: 'nearest' | 'stochastic';
  readonly seed: number;
  /** Bytes; undefined: the target's own files. */
  readonly maxShardSize: number | undefined;
}
