import type { Warning } from '#protocol/failure.ts';
import type { Job } from '../work/job.ts';

/**
 * What writing a recipe will do, in full: every file, every tensor and where its values come from.
 * Printing it is the dry run; executing it adds nothing of its own.
 */
export interface Plan {
  readonly name: string;
  /** SHA-256 over everything that decides the bytes; a staging folder of another plan is never resumed. */
  readonly hash: string;
  readonly outputs: readonly PlannedOutput[];
  /** `job(folders)[i]` are the folders in which the outputs grow, one for each output. */
  readonly job: (folders: readonly string[]) => Job;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly inputs: readonly InputIdentity[];
  readonly warnings: readonly Warning[];
}

export type OutputFormat = 'checkpoint' | 'adapter' | 'direction';

/** One folder to be written. */
export interface PlannedOutput {
  /** Absolute path of the folder. */
  readonly path: string;
  readonly strength: number;
  readonly format: OutputFormat;
  /** Largest rank of an adapter or of a direction's low-rank part; null for checkpoints. */
  readonly rank: number | null;
  /** Weights files, whose tensors the job fills in. */
  readonly files: readonly PlannedFile[];
  /** Small files that are known before any work: configuration, index. */
  readonly texts: readonly PlannedText[];
  /** Files taken over byte for byte. */
  readonly copies: readonly PlannedCopy[];
  readonly tensors: { readonly changed: number; readonly copied: number };
}

export interface PlannedFile {
  readonly name: string;
  readonly size: number;
  /** The safetensors header, to be written at 0. */
  readonly header: Uint8Array;
}

export interface PlannedText {
  readonly name: string;
  readonly text: string;
}

export interface PlannedCopy {
  readonly name: string;
  readonly from: string;
  readonly size: number;
}

/** An input as `steering.json` records it: never an absolute path. */
export interface InputIdentity {
  readonly role: string;
  /** Hub id or folder name. */
  readonly model: string;
  readonly files: readonly {
    readonly name: string;
    readonly size: number;
    readonly modifiedMilliseconds: number;
    readonly headerSha256: string;
  }[];
}
