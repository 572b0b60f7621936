import type { Subject } from '#protocol/analysis.ts';
import type { Restriction } from '#protocol/recipes.ts';
import type { Bridge } from '../bridge.ts';

/** What can be done with the tensors of a picture, in the rest of the window. */
export interface CellActions {
  readonly copy: (text: string) => void;
  readonly openTensor: (name: string) => void;
  readonly showInHeader: (name: string) => void;
  /** Opens the Spectrum panel at the tensor. */
  readonly showSpectrum: (name: string) => void;
  /** Absent where there is no recipe. */
  readonly recipe?: {
    readonly show: (name: string) => void;
    /** Narrows what it moves. */
    readonly restrict: (restriction: Restriction) => void;
  };
}

export function cellActions(bridge: Bridge, subject: Subject): CellActions {
  const recipe = {
    show: (name: string) => bridge.tell({ kind: 'showTensorIn', place: 'recipe', name }),
    restrict: (restriction: Restriction) => bridge.tell({ kind: 'restrict', restriction }),
  };
  return {
    copy: (text) => bridge.tell({ kind: 'copy', text }),
    openTensor: (name) => bridge.tell({ kind: 'openTensor', name }),
    showSpectrum: (tensor) => bridge.tell({ kind: 'openSpectrum', tensor }),
    showInHeader: (name) => bridge.tell({ kind: 'showTensorIn', place: 'header', name }),
    ...(subject.kind === 'recipe' && { recipe }),
  };
}
