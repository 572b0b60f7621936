import { significant } from '#protocol/figures.ts';
import type { GenerationSubject, MildBand } from '#protocol/generation.ts';
import { t } from '../strings.ts';

/** A strength as people read it: `0.6`, `−1`. */
export function strengthText(strength: number): string {
  return String(Number(strength.toPrecision(6))).replace('-', '−');
}

/** What a column is called: `base`, `k = 0.6`, `honest 0.6, formal −1`. */
export function columnName(
  strengths: readonly number[],
  directions: GenerationSubject['directions'],
  isBase: boolean,
): string {
  if (isBase) return t('base');
  if (strengths.length === 1) return `k = ${strengthText(strengths[0] ?? 0)}`;
  return strengths.map((each, at) => `${directions[at]?.name ?? ''} ${strengthText(each)}`).join(', ');
}

/** `mild from −0.430 to 0.510`; an end that was not reached has none. */
export function bandText({ below, above }: MildBand): string {
  if (below === null && above === null) return t('mild wherever it was tried');
  if (below === null) return t('mild up to {0}', significant(above));
  if (above === null) return t('mild from {0}', significant(below));
  return t('mild from {0} to {1}', significant(below), significant(above));
}

/** `43 %`, of a logarithm of a probability. */
export function probabilityText(logprob: number): string {
  const share = 100 * Math.exp(logprob);
  if (share < 0.1) return '< 0.1 %';
  return share > 99.9 && share < 100 ? '> 99.9 %' : `${Number(share.toPrecision(3))} %`;
}

/** A token with what cannot be seen of it. */
export function tokenText(text: string): string {
  return text === '' ? '·' : text.replaceAll('\n', '⏎').replaceAll('\t', '⇥').replaceAll(' ', '␣');
}
