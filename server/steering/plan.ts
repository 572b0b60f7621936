import type { Warning } from '#protocol/failure.ts';
import type { OutputFormat } from '#protocol/results.ts';
import type { RoundedDType } from '#protocol/tensors.ts';
import type { Job } from '../work/job.ts';

/**
 * What writing a recipe will do, in full: every file, every tensor and where its values come from.
 * Printing it is the dry run; executing it adds nothing of its own. All outputs have the same files.
 */
export interface Plan {
  readonly name: string;
  readonly format: OutputFormat;
  /** SHA-256 over everything that decides the bytes; a staging folder of another plan is never resumed. */
  readonly hash: string;
  readonly outputs: readonly OutputPlan[];
  /** Weights files of each output, whose tensors the job fills in. */
  readonly files: readonly PlannedFile[];
  /** Its outputs are the weights files: those of the first output, in order, then those of the second, and so on. */
  readonly job: Job;
  /** Largest rank of an adapter or of a direction's low-rank part; null for checkpoints. */
  readonly rank: number | null;
  /** What is rounded to, for messages; undefined where nothing is rounded. */
  readonly dtype: RoundedDType | undefined;
  /** Bytes that one run reads, however many outputs it writes. */
  readonly bytesRead: number;
  /** What a user should know before it is carried out. */
  readonly warnings: readonly Warning[];
  /** Of direction outputs. */
  readonly direction?: DirectionFacts;
}

export interface DirectionFacts {
  /** Items of the job whose squares add up to ‖w‖² at strength 1. */
  readonly normItems: readonly number[];
  /** Tensors with factors, and tensors with a dense part. */
  readonly lowRank: number;
  readonly dense: number;
}

/** One folder to be written. */
export interface OutputPlan {
  /** Absolute path of the folder. */
  readonly path: string;
  readonly strength: number;
  /** Small files that are known before any work: configuration, index. */
  readonly texts: readonly PlannedText[];
  /** Files taken over byte for byte. */
  readonly copies: readonly PlannedCopy[];
  readonly tensors: { readonly changed: number; readonly copied: number };
  readonly bytesWritten: number;
}

export interface PlannedFile {
  readonly name: string;
  readonly size: number;
  /** What stands before the data, to be written at 0. */
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
