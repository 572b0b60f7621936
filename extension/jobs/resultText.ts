import { relative, sep } from 'node:path';
import { percent } from '#protocol/figures.ts';
import type { WriteResult, WrittenOutput } from '#protocol/results.ts';
import type { DType } from '#protocol/tensors.ts';
import { l10n } from 'vscode';

export interface ResultPlace {
  /** The folder that paths are shown from. */
  readonly folder: string;
  /** Of the first output's tensors; null where that is not known. */
  readonly dtype: DType | null;
}

/** What was written, with its numbers, in one sentence. */
export function resultText({ outputs }: WriteResult, { folder, dtype }: ResultPlace): string {
  const paths = outputs.map(({ path }) => shownFrom(folder, path));
  const [first] = outputs;
  if (first === undefined) return l10n.t('Wrote nothing.');
  const { changed, copied } = first.tensors;
  const wrote =
    outputs.length === 1
      ? l10n.t('Wrote {0}: {1} of {2} tensors changed', paths.join(', '), changed, changed + copied)
      : l10n.t('Wrote {0}: {1} of {2} tensors changed in each', paths.join(', '), changed, changed + copied);
  const kept = keptText(first, dtype);
  return kept === undefined ? `${wrote}.` : `${wrote}; ${kept}.`;
}

/** A path as seen from a folder; whole where it lies outside. */
export function shownFrom(folder: string, path: string): string {
  const way = relative(folder, path);
  const isInside = way !== '' && !way.startsWith('..') && way !== path;
  return isInside ? way.split(sep).join('/') : path;
}

function keptText({ rounding }: WrittenOutput, dtype: DType | null): string | undefined {
  const kept = rounding?.projection ?? null;
  if (kept === null) return undefined;
  const name = dtype === null ? undefined : names[dtype];
  return name === undefined
    ? l10n.t('rounding keeps {0} of the requested change', percent(kept))
    : l10n.t('{0} keeps {1} of the requested change', name, percent(kept));
}

/** As recipes spell them. */
const names: Partial<Record<DType, string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};
