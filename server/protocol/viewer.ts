import type { WithWarnings } from './failure.ts';
import type { InspectResult } from './results.ts';
import type { DType, ModuleGroup } from './tensors.ts';

/** A model as the viewer paints it first: from headers and small files alone, whatever its size. */
export interface OpenedModel extends WithWarnings {
  /** Absolute: the model's folder, or the single file. What requests about its tensors name. */
  readonly path: string;
  /** The folder's or file's name, or the Hub id. */
  readonly name: string;
  readonly kind: InspectResult['kind'];
  readonly format: InspectResult['format'];
  /** Where one file of a model was named: its index in `files`. Null: the whole was. */
  readonly asked: number | null;
  /** Such as `Qwen2`. */
  readonly architecture: string | null;
  /** 0 where nothing is in layers. */
  readonly layers: number;
  /** Elements of all tensors. */
  readonly parameters: number;
  /** Of all tensors, headers left out. */
  readonly bytes: number;
  /** By share of the bytes, the largest first. */
  readonly dtypes: readonly DTypeShare[];
  /** Sorted by name. Empty for a training run. */
  readonly files: readonly OpenedFile[];
  /** The tensor that is input and output embedding both, and the name that it goes by in its second role; null where there is none. */
  readonly tied: { readonly embedding: string; readonly head: string } | null;
  readonly tokenizer: TokenizerFacts | null;
  readonly adapter: AdapterFacts | null;
  readonly memory: MemoryEstimates | null;
  readonly provenance: Provenance;
  /** `__metadata__` of the files, each pair once, sorted by key. */
  readonly metadata: readonly (readonly [key: string, value: string])[];
  /** A training run's, ascending by step. */
  readonly checkpoints: readonly { readonly step: number; readonly path: string }[];
  /** In the order of the files and of the data in each. */
  readonly tensors: TensorColumns;
}

export interface DTypeShare {
  readonly dtype: DType;
  readonly tensors: number;
  readonly parameters: number;
  readonly bytes: number;
}

export interface OpenedFile {
  /** Relative to the model's folder. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** The whole file, its header included. */
  readonly size: number;
  readonly tensors: number;
}

/**
 * All tensors of a model, a column for each fact, so that ten thousand of them are a few typed arrays. Row i of each
 * column is tensor i; what repeats is an index into a list.
 */
export interface TensorColumns {
  readonly names: readonly string[];
  readonly dtypes: readonly DType[];
  /** Into `dtypes`. */
  readonly dtype: Uint8Array;
  /** Sizes of all dimensions, tensor after tensor. */
  readonly sizes: Float64Array;
  /** Where in `sizes` each tensor's begin; one more than there are tensors. */
  readonly shapes: Uint32Array;
  /** Into `OpenedModel.files`. */
  readonly file: Uint16Array;
  /** Absolute position in the file. */
  readonly offset: Float64Array;
  readonly bytes: Float64Array;
  /** From 0; −1 outside layers. */
  readonly layer: Int32Array;
  /** Short names such as `q_proj`. */
  readonly modules: readonly string[];
  /** Into `modules`. */
  readonly module: Uint32Array;
  readonly groups: readonly ModuleGroup[];
  /** Into `groups`. */
  readonly group: Uint8Array;
}

/** The shape of one row of the columns. */
export function shapeAt({ sizes, shapes }: TensorColumns, index: number): readonly number[] {
  return [...sizes.subarray(shapes[index], shapes[index + 1])];
}

export interface TokenizerFacts {
  /** Tokens that the tokenizer has, added ones included; null without a `tokenizer.json` that says so. */
  readonly vocabulary: number | null;
  /** Rows of the input embedding as the configuration says: more than `vocabulary` where it was padded. */
  readonly rows: number | null;
  /** Such as `Qwen2Tokenizer`. */
  readonly class: string | null;
  /** Such as `eos_token`: `<|im_end|>`; in the order of the configuration. */
  readonly special: readonly (readonly [role: string, token: string])[];
  /** Where the chat template is; null where there is none. */
  readonly template: string | null;
}

export interface AdapterFacts {
  /** `LoRA`, `rsLoRA`, `DoRA`. */
  readonly method: string;
  /** Of most modules, as the configuration says. */
  readonly rank: number;
  readonly alpha: number;
  /** Modules by rank and alpha as they come out for each, patterns heeded; the most frequent first. */
  readonly scalings: readonly AdapterScaling[];
  /** `rank_pattern` and `alpha_pattern` as written. */
  readonly rankPattern: readonly (readonly [pattern: string, rank: number])[];
  readonly alphaPattern: readonly (readonly [pattern: string, alpha: number])[];
  /** Short names of the modules that have factors, the most frequent first. */
  readonly targets: readonly string[];
  /** Tensors that the adapter holds whole, by the names of the base. */
  readonly whole: readonly string[];
  /** `base_model_name_or_path` as recorded. */
  readonly base: string | null;
  readonly revision: string | null;
}

export interface AdapterScaling {
  readonly rank: number;
  readonly alpha: number;
  /** What B·A is multiplied by. */
  readonly scale: number;
  readonly modules: number;
}

/** Estimates, in bytes. */
export interface MemoryEstimates {
  /** Weights as stored, and the cache of keys and values; null where the configuration does not say how large that is. */
  readonly inference: {
    readonly weights: number;
    readonly cachePerToken: number | null;
    /** Tokens that `total` counts. */
    readonly context: number;
    readonly total: number;
  };
  /** Writing a steered checkpoint streams: memory hardly depends on the size, the disk holds a second copy. */
  readonly steering: { readonly memory: number; readonly disk: number };
  /** How they are computed, a sentence each. */
  readonly basis: readonly string[];
}

/** Where a model comes from, as far as its folder says; null for files that are not there or say nothing. */
export interface Provenance {
  /** `steering.json`: what this program wrote, and out of what. */
  readonly steering: {
    readonly tool: string;
    readonly recipe: string | null;
    readonly strength: number | null;
    /** Such as `base: org/model`. */
    readonly inputs: readonly string[];
  } | null;
  /** `direction.json`. */
  readonly direction: {
    readonly name: string;
    readonly base: string | null;
    readonly norm: number | null;
    readonly created: string;
    readonly tool: string;
  } | null;
  /** The front matter of `README.md`. */
  readonly card: {
    readonly baseModels: readonly string[];
    readonly license: string | null;
    readonly library: string | null;
    readonly tags: readonly string[];
  } | null;
}

/** A model's headers as text: one line a tensor, for editors, diffs and `git`. */
export interface HeaderText extends WithWarnings {
  readonly text: string;
}
