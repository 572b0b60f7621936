import type { Failure } from '#protocol/failure.ts';
import { useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { t } from '../strings.ts';

/** What is saved: a file's name with its ending, and what is in it. */
interface SavedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

export interface Exporting<Kind> {
  readonly start: (kind: Kind) => void;
  /** Why the last one could not be made. */
  readonly failure: Failure | undefined;
  /** The last one, anew. */
  readonly again: () => void;
}

/** Makes a file of what is shown, and hands it over to be saved. */
export function useExport<Kind>(bridge: Bridge, make: (kind: Kind) => Promise<SavedFile>): Exporting<Kind> {
  const [failed, setFailed] = useState<{ readonly kind: Kind; readonly failure: Failure }>();
  const start = (kind: Kind) => {
    setFailed(undefined);
    make(kind).then(
      (file) => bridge.tell({ kind: 'save', ...file }),
      (error: unknown) => setFailed({ kind, failure: failureOf(error) }),
    );
  };
  const again = () => {
    if (failed !== undefined) start(failed.kind);
  };
  return { start, failure: failed?.failure, again };
}

function failureOf(error: unknown): Failure {
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: t('The picture could not be made: {0}', reason) };
}
