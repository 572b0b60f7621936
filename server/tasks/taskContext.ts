import type { Warnings } from '../warnings.ts';
import type { WorkProgress } from '#protocol/requests.ts';

/** What a task is handed, whoever asks. */
export interface TaskContext {
  /** Absolute: what relative paths are relative to, and where an adapter's name of its base is looked for. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly warnings: Warnings;
  /** A state: the last one wins. */
  readonly report?: (progress: WorkProgress) => void;
  /** Told of folders with unfinished work that stay behind. */
  readonly onKept?: (folder: string) => void;
  /** False in a window that does not trust its folders: what is broken there is not mended. Default: true. */
  readonly mayWrite?: boolean;
  /** False in such a window too: what a pickle holds is not even looked at. Default: true. */
  readonly readsPickles?: boolean;
  /** True: no weight is read, and what only they can tell stays open. Default: false. */
  readonly headersOnly?: boolean;
  /** Absolute paths of the recipes that are being opened to be removed from one another. Default: none. */
  readonly removedFrom?: readonly string[];
  /** Where bases are that adapters know by another name. */
  readonly bases?: ReadonlyMap<string, string>;
}
