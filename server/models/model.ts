import type { Warning } from '#protocol/failure.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { QuantizationFacts } from './quantization.ts';

/** One weights file of a model, with what its header said. */
export interface WeightsFile {
  /** Absolute path, links not resolved. */
  readonly path: string;
  readonly size: number;
  readonly modifiedMilliseconds: number;
  /** SHA-256 of the raw header bytes (the 8-byte length and the JSON), in hexadecimal. */
  readonly headerSha256: string;
  readonly metadata: ReadonlyMap<string, string>;
  /** Names of its tensors in the order of their data. */
  readonly tensors: readonly string[];
}

/** θ: every weight of a model, as a folder in Hugging Face layout or a single file. Read-only. */
export interface Checkpoint {
  readonly kind: 'checkpoint';
  /** The reference as the user wrote it, for recipes, cards and messages. */
  readonly reference: string;
  /** Absolute path of the folder, or of the single file. */
  readonly path: string;
  /** A Hub id when it came from the Hub cache, for model cards. */
  readonly hubId?: string;
  readonly files: readonly WeightsFile[];
  /** By name, in the order of the files and of the data in each. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** `config.json` as parsed, where there is one. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Input and output embeddings are one tensor: `tie_word_embeddings` (default true where the architecture's is) and no separate head stored. */
  readonly tied: boolean;
  /** `tensors` have then the names and shapes of the loaded model; what is in the files is here. */
  readonly quantization?: Quantization;
  readonly warnings: readonly Warning[];
}

/** How a checkpoint is quantised, and what it consists of as it is stored. */
export interface Quantization extends QuantizationFacts {
  readonly stored: ReadonlyMap<string, StoredTensor>;
}

/** One trained matrix pair. As stored: A is [r, in] and B is [out, r] (embedding factors: A [r, tokens], B [width, r]). */
export interface AdapterFactors {
  /** Full module name after the name rule, such as `model.layers.0.mlp.down_proj`. */
  readonly module: string;
  /** The tensor of the base that they change: `<module>.weight`. */
  readonly tensor: string;
  readonly A: StoredTensor;
  readonly B: StoredTensor;
  readonly rank: number;
  readonly alpha: number;
  /** alpha / r, or alpha / √r with rsLoRA. */
  readonly scale: number;
  /** The change is (B·A)ᵀ: `fan_in_fan_out`, and embedding factors. */
  readonly transposed: boolean;
  readonly embedding: boolean;
  /** As mlx-lm stores them, both are the other way round: A [in, r] and B [r, out]. */
  readonly layout?: 'mlx';
  /** DoRA: what the factors lead to is rescaled, in the base's rows or columns. */
  readonly magnitude?: Magnitude;
}

/** Factors of bare parameters of a module. Which pair is whose, the base's shapes tell. */
export interface ParameterFactors {
  readonly module: string;
  /** The module's parameters that the configuration targets, with what it says of each. */
  readonly candidates: readonly ParameterCandidate[];
  /** The outermost of PEFT's wrappers first. */
  readonly pairs: readonly { readonly A: StoredTensor; readonly B: StoredTensor }[];
}

export interface ParameterCandidate {
  readonly tensor: string;
  readonly rank: number;
  readonly alpha: number;
  readonly scale: number;
}

/** Factors of all experts of one tensor: A is [experts · r, in], B is [out, r · experts]. */
export interface ExpertFactors extends ParameterCandidate {
  readonly A: StoredTensor;
  readonly B: StoredTensor;
  readonly shape: readonly [experts: number, rows: number, columns: number];
  /** The base has the tensor as [experts, in, out]. */
  readonly transposed: boolean;
}

/** The lengths of a weight's rows or columns: one for each output of the module, or for each width of an embedding. */
export interface Magnitude {
  readonly lengths: StoredTensor;
  readonly along: 'rows' | 'columns';
}

/** A tensor that the adapter holds by its values, all of them or some rows. */
export interface AdapterTensor {
  /** Name of the base tensor that it replaces or adds to. */
  readonly tensor: string;
  readonly stored: StoredTensor;
  /**
   * `replace`: the trained value itself (`modules_to_save`, biases). `add`: a change with a factor (`lora_bias`).
   * `rows`: the trained values of some rows (`trainable_token_indices`).
   */
  readonly role: 'replace' | 'add' | 'rows';
  /** 1 for `replace` and `rows`. */
  readonly scale: number;
  /** Of `rows`: which ones, in the order in which they are stored. */
  readonly rows?: readonly number[];
}

/** A fine-tune as PEFT stores it: factors, and tensors held whole. Names are those of the base once it is known. */
export interface Adapter {
  readonly kind: 'adapter';
  readonly reference: string;
  readonly path: string;
  readonly hubId?: string;
  readonly files: readonly WeightsFile[];
  readonly factors: readonly AdapterFactors[];
  readonly whole: readonly AdapterTensor[];
  /** `target_parameters`, before the base is known; `matchAdapter` makes factors and experts of them. */
  readonly parameters?: readonly ParameterFactors[];
  readonly experts?: readonly ExpertFactors[];
  readonly config: AdapterConfig;
  readonly warnings: readonly Warning[];
}

/** The fields of `adapter_config.json` that others than the reader need. */
export interface AdapterConfig {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly rank: number;
  readonly alpha: number;
  readonly rsLora: boolean;
  readonly fanInFanOut: boolean;
  readonly targetModules: readonly string[] | string | undefined;
  readonly modulesToSave: readonly string[];
  readonly ensureWeightTying: boolean;
  /** `base_model_name_or_path` as written. */
  readonly base: string | undefined;
  readonly revision: string | undefined;
}

/** A stored w: the folder of `interface.md`, "Direction folder (format 1)". */
export interface StoredDirection {
  readonly kind: 'direction';
  readonly reference: string;
  readonly path: string;
  /** `direction.json` as parsed and checked. */
  readonly manifest: DirectionManifest;
  /** The low-rank part, an ordinary adapter with scale 1. */
  readonly adapter?: Adapter;
  /** The dense part by base tensor name, float32. */
  readonly dense: ReadonlyMap<string, StoredTensor>;
  readonly files: readonly WeightsFile[];
  readonly warnings: readonly Warning[];
}

export interface DirectionManifest {
  readonly format: 'weight-steering-direction';
  readonly version: 1;
  readonly name: string;
  /** The behaviour in somebody's words. */
  readonly description?: string;
  readonly base: {
    readonly reference: string;
    readonly tensors: number;
    readonly headerSha256: string;
  } | null;
  readonly recipe: unknown;
  readonly norm: number | null;
  readonly layers: number;
  /** Whether the low-rank part is all of w. */
  readonly complete: boolean;
  /** The head moves apart from the input embeddings although the base ties them. */
  readonly untied?: boolean;
  /** The base's two roles of one tensor; null where it has two tensors, absent where that is not known. */
  readonly tied?: { readonly embedding: string; readonly head: string } | null;
  readonly created: string;
  readonly tool: string;
}

/** A fine-tune while it trains. */
export interface TrainingRun {
  readonly kind: 'run';
  readonly reference: string;
  readonly path: string;
  /** Ascending by step. */
  readonly checkpoints: readonly { readonly step: number; readonly path: string }[];
}

export type Model = Checkpoint | Adapter | StoredDirection | TrainingRun;
