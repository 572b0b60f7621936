/** Every way in which something foreseen can go wrong. Stable: scripts and the editor compare them. */
export type FailureCode =
  | 'cancelled'
  | 'internal'
  | 'usage'
  // files
  | 'file-not-found'
  | 'unreadable'
  | 'short-read'
  | 'too-large'
  | 'write-failed'
  | 'disk-full'
  | 'output-exists'
  | 'output-busy'
  | 'output-conflict'
  // containers
  | 'invalid-safetensors'
  | 'invalid-pickle'
  | 'unsafe-pickle'
  | 'invalid-gguf'
  | 'invalid-index'
  | 'invalid-config'
  | 'git-lfs-pointer'
  | 'unsupported-format'
  | 'unsupported-dtype'
  // models
  | 'not-a-model'
  | 'model-not-found'
  | 'base-not-found'
  | 'wrong-base'
  | 'invalid-adapter'
  | 'unsupported-adapter'
  | 'unmatched-tensor'
  | 'missing-tensor'
  | 'shape-mismatch'
  | 'untied-embeddings'
  | 'invalid-direction'
  // recipes
  | 'invalid-recipe'
  | 'unsupported-version'
  | 'nothing-selected'
  | 'duplicate-output'
  | 'not-low-rank'
  | 'not-finite'
  | 'unsupported-truncation'
  // work
  | 'untrusted-workspace'
  | 'device-unavailable'
  | 'worker-crashed';

/** An error as data: the only shape in which an error leaves the process that threw it. */
export interface Failure {
  readonly code: FailureCode;
  /** One sentence for the user: what is wrong with which file or tensor, with numbers. */
  readonly message: string;
  /** The absolute path of the file or folder it is about, so that the editor can offer to reveal it. */
  readonly subject?: string;
  /** The tensor it is about, where there is one. */
  readonly tensor?: string;
}

/** Something worth knowing that did not stop the work. Codes are stable kebab-case words. */
export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly tensor?: string;
}

/** What any result may carry besides. Absent when there is nothing to say. */
export interface WithWarnings {
  readonly warnings?: readonly Warning[];
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

export const cancelled: Failure = { code: 'cancelled', message: 'Cancelled.' };

/** A failure, thrown again on the side that asked. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}
