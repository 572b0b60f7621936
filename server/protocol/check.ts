import type { WithWarnings } from './failure.ts';

/** `error`: it does not load, or loads as something else. `warning`: likely a mistake. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** Everything that can be wrong with a model's files. Stable: scripts and quick fixes compare them. */
export type FindingCode =
  // files
  | 'git-lfs-pointer'
  | 'missing-file'
  | 'unreadable-file'
  | 'too-large'
  | 'invalid-json'
  | 'duplicate-key'
  | 'invalid-safetensors'
  | 'truncated-file'
  | 'overlapping-tensors'
  | 'hole-in-file'
  | 'trailing-bytes'
  | 'missing-format'
  | 'unsupported-format'
  | 'invalid-pickle'
  | 'unsafe-pickle'
  | 'invalid-gguf'
  // index and shards
  | 'invalid-index'
  | 'path-outside-folder'
  | 'missing-index'
  | 'missing-shard'
  | 'extra-shard'
  | 'stale-entry'
  | 'wrong-shard'
  | 'unindexed-tensor'
  | 'duplicate-tensor'
  | 'wrong-total-size'
  | 'index-ignored'
  // configuration and weights
  | 'no-config'
  | 'shape-mismatch'
  | 'missing-layers'
  | 'extra-layers'
  | 'missing-tensor'
  | 'missing-head'
  | 'head-stored-although-tied'
  | 'dtype-mismatch'
  // tokenizer and generation
  | 'tokenizer-too-large'
  | 'token-beyond-embedding'
  | 'unknown-token'
  | 'unknown-eos'
  | 'missing-chat-template'
  // adapters and directions
  | 'rank-mismatch'
  | 'invalid-adapter'
  | 'unsupported-adapter'
  | 'unknown-field'
  | 'unused-pattern'
  | 'unused-target'
  | 'untargeted-factors'
  | 'changed-base'
  | 'base-not-found'
  | 'missing-target'
  | 'wrong-base'
  | 'refused-by-servers'
  | 'identical-adapters'
  | 'invalid-direction'
  // values
  | 'not-finite'
  | 'all-zero'
  | 'subnormal-values'
  | 'dead-rows'
  | 'dead-columns'
  | 'duplicate-values'
  | 'duplicate-head'
  | 'tied-copies-differ'
  | 'zero-adapter';

/** Lines and UTF-16 units from 0, as the Language Server Protocol counts. */
export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

export interface TextRange {
  readonly start: TextPosition;
  /** Not included. */
  readonly end: TextPosition;
}

export interface TextChange {
  readonly range: TextRange;
  readonly newText: string;
}

/** Something that is wrong with a model, or worth knowing. */
export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** One sentence, with names and numbers, without the file's. */
  readonly message: string;
  /** Absolute path of the file, or of the folder where a file is missing. */
  readonly file: string;
  readonly tensor?: string;
  /** In the file, where that is text. */
  readonly range?: TextRange;
  readonly related?: readonly RelatedPlace[];
  /** Where it can be put right without guessing. */
  readonly fix?: Fix;
}

/** Another place that a finding is about. */
export interface RelatedPlace {
  readonly file: string;
  readonly message: string;
  readonly range?: TextRange;
}

export interface Fix {
  /** What it does, such as `Drop the entry`. */
  readonly title: string;
  /** Changes of the finding's own file, which is text; absent where other files change or are made. */
  readonly edits?: readonly TextChange[];
}

/**
 * How much is read. `headers`: no value at all. `small`: values too where a model has at most 64 MB. `values`: values, whatever the
 * size.
 */
export type CheckDepth = 'headers' | 'small' | 'values';

/** `check`. */
export interface CheckResult extends WithWarnings {
  /** By file; the most severe first in each. */
  readonly findings: readonly Finding[];
  /** What was checked, in the order of asking; a training run is its checkpoints. */
  readonly models: readonly CheckedModel[];
  /** What `--fix` did. */
  readonly fixed?: readonly AppliedFix[];
}

export interface CheckedModel {
  /** Absolute. */
  readonly path: string;
  /** Whether the values were looked at. */
  readonly values: boolean;
}

export interface AppliedFix {
  readonly code: FindingCode;
  /** Absolute path of the file that was changed or made. */
  readonly file: string;
  readonly title: string;
  /** Where the file is as it was before; null for a file that is new. */
  readonly backup: string | null;
}

export type CheckProgress =
  /** Findings as they come, each once, in no order. Never dropped. */
  | { readonly kind: 'rows'; readonly findings: readonly Finding[] }
  /** Bytes read so far, and in all. The last one wins. */
  | { readonly kind: 'state'; readonly done: number; readonly total: number };

export interface CheckParams {
  /** Paths of models. */
  readonly models: readonly string[];
  readonly depth: CheckDepth;
  /** What an editor has in place of files on the disk, by absolute path. */
  readonly texts?: Readonly<Record<string, string>>;
}

export interface FixParams {
  /** Of the model. */
  readonly path: string;
  /** Of what is to be put right; of a word that is no code there is nothing. Absent: everything. */
  readonly code?: string;
}
