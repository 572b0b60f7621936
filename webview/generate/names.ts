import type { GenerationSubject } from '#protocol/generation.ts';
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
