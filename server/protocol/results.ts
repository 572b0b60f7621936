import type { Failure, WithWarnings } from './failure.ts';
import type { AnalysisRollups, ContrastFacts, RemovalReport, TruncationReport } from './rollups.ts';
import type { DType, ModuleGroup, TensorInfo } from './tensors.ts';

/**
 * The JSON of every command, the same in the editor and with `--json`. Stable: fields are added, never changed.
 * Numbers that are not finite are `null`. Paths are absolute; norms are Frobenius norms.
 */

/** What a failed command prints. */
export interface ErrorResult {
  readonly error: Failure;
}

/** `inspect`: facts from headers and configurations alone. */
export interface InspectResult extends WithWarnings {
  readonly kind: 'checkpoint' | 'adapter' | 'direction' | 'run' | 'file';
  readonly path: string;
  readonly format: 'safetensors' | 'pickle' | 'gguf' | 'mixed';
  /** Elements of all tensors. */
  readonly parameters: number;
  /** Bytes of all tensors, headers left out. */
  readonly bytes: number;
  readonly tensors: readonly TensorInfo[];
  /** `config.json` (checkpoint) or `direction.json` (direction) as parsed; null where there is none. */
  readonly config: Readonly<Record<string, unknown>> | null;
  /** `adapter_config.json` as parsed; null for anything but an adapter. */
  readonly adapter: Readonly<Record<string, unknown>> | null;
  /** Of an adapter. */
  readonly facts?: AdapterFacts;
  /** Of a checkpoint whose weights are quantised. */
  readonly quantization?: {
    readonly method: string;
    readonly bits: number | null;
    readonly description: string;
  };
  /** A training run's checkpoints, ascending by step. */
  readonly checkpoints?: readonly { readonly step: number; readonly path: string }[];
}

/** What an adapter does to its base. */
export interface AdapterFacts {
  readonly library: 'peft' | 'mlx';
  readonly method: 'LoRA' | 'DoRA' | 'full';
  /** Where it changes the base when it is loaded, such as `PiSSA`. */
  readonly initialisation: string | null;
  /** What factors there are, the most common first; scale is what B·A is multiplied by. */
  readonly ranks: readonly { readonly rank: number; readonly scale: number; readonly modules: number }[];
  /** As recorded. */
  readonly base: string | null;
  /** Modules with factors, bare parameters with factors, tensors held whole, trained tokens. */
  readonly modules: number;
  readonly parameters: number;
  readonly whole: number;
  readonly tokens: number;
}

/** `init`. */
export interface InitResult extends WithWarnings {
  /** The recipe that was written. */
  readonly path: string;
  /** The base as the recipe names it; null when none was found. */
  readonly base: string | null;
}

/** `contrast`. */
export interface ContrastResult extends WithWarnings {
  readonly path: string;
  /** ‖w‖ over all tensors. */
  readonly norm: number | null;
  /** Tensors of the base by what w is on them; one with factors and a dense part counts as both. */
  readonly tensors: { readonly lowRank: number; readonly dense: number; readonly zero: number };
  /** Null unless w is the difference of two checkpoints of one dtype. */
  readonly inputs: InputsReport | null;
  /** What `rank` and `energy` of the recipe have left out of its directions; absent where they are not used. */
  readonly truncation?: readonly TruncationReport[];
  /** The same for `remove`: what was projected out of them. */
  readonly removal?: readonly RemovalReport[];
}

/** How much of the difference of two rounded checkpoints can have survived: shares of all elements, 0 … 1. */
export interface InputsReport {
  readonly identical: number;
  /** At most one unit in the last place apart; includes the identical ones. */
  readonly withinOneUlp: number;
}

/** `analyze`. */
export interface AnalyzeResult extends WithWarnings {
  readonly name: string;
  readonly norm: number | null;
  /** Layers of the model. */
  readonly layers: number;
  /** Tensors where the direction is not zero, in the order of the base. */
  readonly tensors: readonly TensorAnalysis[];
  readonly rollups: AnalysisRollups;
  /** One for each contrast of two fine-tunes whose base is known: whole, before selections and schedules. */
  readonly contrast: readonly ContrastFacts[];
  /** Null unless w is the difference of two checkpoints of one dtype. */
  readonly inputs: InputsReport | null;
  /** One for each direction that `rank` or `energy` made smaller. */
  readonly truncation: readonly TruncationReport[];
  /** One for each direction that `remove` took others out of; absent where it is not used. */
  readonly removal?: readonly RemovalReport[];
}

export interface TensorAnalysis {
  readonly name: string;
  /** From 0; null outside layers. */
  readonly layer: number | null;
  /** Short module name such as `q_proj`. */
  readonly module: string;
  readonly group: ModuleGroup;
  readonly shape: readonly number[];
  readonly norm: number | null;
  /** Of the base's tensor; null without a base. */
  readonly baseNorm: number | null;
  /** norm / baseNorm; null without a base, and where the base is all zeros. */
  readonly relativeNorm: number | null;
  /** Columns of the joined factors, an upper bound of the rank; null for a dense tensor. */
  readonly rank: number | null;
  /** ‖w‖² / σ₁²; null where there is no spectrum. */
  readonly stableRank: number | null;
  /** exp of the entropy of σ / Σσ; null where there is no spectrum. */
  readonly effectiveRank: number | null;
  /** Of ‖w‖² over all tensors: 0 … 1. */
  readonly share: number | null;
  /** Descending; of a randomised spectrum the leading ones. Null where there is no spectrum. */
  readonly singularValues: readonly number[] | null;
  /** Share of ‖w‖² of this tensor in the first 1, 2, … singular values; as many as there are of these. */
  readonly energy: readonly number[] | null;
  /** Where `singularValues` come from: `factors` and `dense` are exact up to rounding. */
  readonly spectrum: 'factors' | 'dense' | 'randomised' | null;
  /** Of a randomised spectrum: no singular value is off by more than this. Null where exact. */
  readonly spectrumError: number | null;
}

/** `report`. */
export interface ReportResult extends WithWarnings {
  /** The file that was written; absolute. */
  readonly path: string;
  readonly bytes: number;
}

/** `share RECIPE --prompts P -o FILE`. */
export interface ShareResult extends ReportResult {
  readonly prompts: number;
  /** Ascending. */
  readonly strengths: readonly number[];
  /** Mean of KL(steered ‖ base) over all tokens of all prompts in nats, one for each strength. */
  readonly divergence: readonly number[];
  /** The same along a random direction; null: not recorded. */
  readonly randomDivergence: readonly number[] | null;
}

/** `compare A B`. */
export interface CompareResult extends WithWarnings {
  readonly onlyInA: readonly string[];
  readonly onlyInB: readonly string[];
  /** Tensors of both whose dtype or shape differs. */
  readonly changed: readonly TensorChange[];
  /** The analysis of B − A, tensor by tensor, with `--values`; else empty. */
  readonly tensors: readonly TensorDifference[];
}

export interface TensorChange {
  readonly name: string;
  readonly dtype: readonly [a: DType, b: DType];
  readonly shape: readonly [a: readonly number[], b: readonly number[]];
}

export interface TensorDifference {
  readonly name: string;
  /** ‖B − A‖ */
  readonly norm: number | null;
  /** ‖B − A‖ / ‖A‖ */
  readonly relativeNorm: number | null;
  readonly maxAbs: number | null;
  /** The same in units in the last place: representable values from one to the other. Null where the two are stored in different dtypes. */
  readonly maxUlps: number | null;
  /** Of A and B. */
  readonly cosine: number | null;
  /** Share of the elements that differ, 0 … 1. */
  readonly changedShare: number | null;
}

/** `write`. */
export interface WriteResult extends WithWarnings {
  readonly outputs: readonly WrittenOutput[];
  /** What `rank` and `energy` of the recipe have left out of its directions; absent where they are not used. */
  readonly truncation?: readonly TruncationReport[];
  /** The same for `remove`: what was projected out of them. */
  readonly removal?: readonly RemovalReport[];
}

export type OutputFormat = 'checkpoint' | 'adapter' | 'gguf-adapter' | 'direction';

/** What a dry run knows already of an output. */
export interface PlannedOutput {
  readonly path: string;
  readonly strength: number;
  readonly format: OutputFormat;
  /** The largest rank of an adapter, or of a direction's factors; null for checkpoints. */
  readonly rank: number | null;
  readonly tensors: { readonly changed: number; readonly copied: number };
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

export interface WrittenOutput extends PlannedOutput {
  /** Null where nothing was rounded: adapters and directions. */
  readonly rounding: RoundingReport | null;
  readonly seconds: number;
  /** What did the products, and why it was chosen; absent where nothing was multiplied. */
  readonly device?: string;
}

/** Requested change against what the output's dtype could hold of it, over all changed elements. */
export interface RoundingReport {
  /** ‖requested‖ */
  readonly requested: number | null;
  /** ‖realised‖ */
  readonly realised: number | null;
  readonly cosine: number | null;
  /** ⟨realised, requested⟩ / ‖requested‖² */
  readonly projection: number | null;
  /** Share of the elements with a requested change that kept their old value, 0 … 1. */
  readonly unmoved: number | null;
  /** Elements that the output's dtype is too small for; the other numbers leave them out. */
  readonly overflowed: number;
}

/** `write --dry-run`. */
export interface DryRunResult extends WithWarnings {
  readonly outputs: readonly PlannedOutput[];
  /** Upper estimate, bytes. */
  readonly peakMemory: number;
  /** Bytes free where the outputs go. */
  readonly freeDisk: number;
  /** What `rank` and `energy` of the recipe have left out of its directions; absent where they are not used. */
  readonly truncation?: readonly TruncationReport[];
  /** The same for `remove`: what was projected out of them. */
  readonly removal?: readonly RemovalReport[];
}

/** `generate`: an array of these, one for each strength. */
export interface GeneratedText {
  readonly strength: number;
  readonly promptIds: readonly number[];
  /** Without the token that ended it. */
  readonly text: string;
  readonly tokens: readonly {
    readonly id: number;
    readonly text: string;
    /** Natural logarithm of its probability over the whole vocabulary. */
    readonly logprob: number;
    /** The likeliest tokens of the whole vocabulary, as many as were asked for. */
    readonly top: readonly { readonly id: number; readonly logprob: number }[];
  }[];
  readonly finish: 'stop' | 'length';
  readonly device: string;
  /** Of all texts together, the prompt's tokens left out and its time included. */
  readonly tokensPerSecond: number;
}

/** `serve`: what answers now. */
export interface ServeResult extends WithWarnings {
  /** What clients take for the base URL, such as `http://127.0.0.1:8000/v1`. */
  readonly url: string;
  readonly models: readonly string[];
}

/** `tokenize`: text as the model sees it. */
export interface TokenizeResult extends WithWarnings {
  readonly ids: readonly number[];
  /** As the vocabulary spells them. */
  readonly tokens: readonly string[];
  /** What the ids stand for, special tokens included. */
  readonly decoded: string;
}
