import type { Warning } from '#protocol/failure.ts';
import type { Warnings } from '../warnings.ts';
import type { ProgressLine } from './progressLine.ts';

/** What a command is handed. */
export interface Session {
  /** The current folder, absolute: what relative paths on the command line are relative to. */
  readonly folder: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly warnings: Warnings;
  readonly report: ProgressLine['report'];
  /** Prints what a command has to say while it goes on. */
  readonly announce: (answer: Answer) => void;
  /** Told of folders with unfinished work that stay behind, so that the command's end can name them. */
  readonly onKept: (folder: string) => void;
}

/** What a command has to say: `result` with `--json`, else `text`. */
export interface Answer {
  readonly result: { readonly warnings?: readonly Warning[] } | readonly object[];
  /** Without a line break at its end. */
  readonly text: string;
  /** 1: a check found what it looks for. Default: 0. */
  readonly status?: 0 | 1;
}

/** Does a command's work, and prints its answer, unless it has announced all, or why there is none. */
export type Run = (command: (session: Session) => Promise<Answer | undefined>) => Promise<void>;
