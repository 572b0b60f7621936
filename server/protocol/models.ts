import type { DType } from './tensors.ts';

/** What a folder or file is, in the few facts that a tree shows. Read from headers and configurations alone. */
export type ModelSummary = CheckpointSummary | AdapterSummary | DirectionSummary | RunSummary;

interface Summary {
  /** Absolute. */
  readonly path: string;
  /** The folder's name, or the Hub id. */
  readonly name: string;
}

export interface CheckpointSummary extends Summary {
  readonly kind: 'checkpoint';
  /** Such as `Qwen2`; null where `config.json` does not say. */
  readonly architecture: string | null;
  readonly parameters: number;
  /** Of the weights files' tensors. */
  readonly bytes: number;
  /** The dtype of most parameters; null for a checkpoint without tensors. */
  readonly dtype: DType | null;
  readonly files: number;
}

export interface AdapterSummary extends Summary {
  readonly kind: 'adapter';
  /** The largest of its modules. */
  readonly rank: number;
  /** `base_model_name_or_path` as recorded. */
  readonly base: string | null;
  readonly parameters: number;
  readonly bytes: number;
  /** Steps of `checkpoint-N` folders inside: an adapter that is also a training run. */
  readonly steps: readonly number[];
}

export interface DirectionSummary extends Summary {
  readonly kind: 'direction';
  /** The behaviour in somebody's words; null where nobody has written any. */
  readonly description: string | null;
  /** The largest of its factors; null where all of it is dense. */
  readonly rank: number | null;
  readonly norm: number | null;
  /** ‖w‖ over the norm of the base's tensors that it moves; null where that is not known. */
  readonly relativeNorm: number | null;
  readonly base: string | null;
  readonly bytes: number;
  /** An ISO date. */
  readonly created: string;
}

export interface RunSummary extends Summary {
  readonly kind: 'run';
  /** Ascending. */
  readonly checkpoints: readonly { readonly step: number; readonly path: string }[];
}

/** A model in the Hub cache. */
export interface CachedModel {
  /** `ORG/NAME`. */
  readonly id: string;
  /** The snapshot's folder, absolute. */
  readonly path: string;
  /** The whole commit. */
  readonly commit: string;
}

/** Where a base was looked for. */
export interface BaseSearch {
  /** What the models themselves lead to; null where nothing that they name is here and fits. */
  readonly found: BaseCandidate | null;
  /** Others of those asked about whose names and shapes all fit. */
  readonly candidates: readonly BaseCandidate[];
  /** What was tried before or in vain, a sentence each. */
  readonly refused: readonly string[];
  /** What they name, a Hub id before a path; null where they name nothing. */
  readonly named: string | null;
  /** The command that would fetch it; null where it is no Hub id. */
  readonly download: string | null;
}

export interface BaseCandidate {
  readonly path: string;
  /** How a recipe may name it: a Hub id, else the path. */
  readonly reference: string;
}
