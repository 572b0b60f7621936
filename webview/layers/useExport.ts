import type { Failure } from '#protocol/failure.ts';
import { useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { t } from '../strings.ts';
import type { Exported, ExportKind } from './exporting.ts';

export interface Exporting {
  readonly start: (kind: ExportKind) => void;
  /** Why the last one could not be made. */
  readonly failure: Failure | undefined;
  /** The last one, anew. */
  readonly again: () => void;
}

/** Makes a file of what is shown, and hands it over to be saved. */
export function useExport(bridge: Bridge, make: (kind: ExportKind) => Promise<Exported>): Exporting {
  const [failed, setFailed] = useState<{ readonly kind: ExportKind; readonly failure: Failure }>();
  const start = (kind: ExportKind) => {
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
