import type { TensorDifference } from '#protocol/results.ts';
import { l10n } from 'vscode';
import { percent, significant } from '#protocol/figures.ts';

/** The tensor that a line of a header document is about; undefined for facts and blanks. */
export function tensorOf(line: string): string | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const name = written(line);
  return name.startsWith('"') ? unquoted(name) : name;
}

/** How many characters of a line are its tensor's name. */
export function nameLength(line: string): number {
  return written(line).length;
}

function written(line: string): string {
  return /^(?:"(?:[^"\\]|\\.)*"|\S+)/.exec(line)?.[0] ?? '';
}

function unquoted(text: string): string | undefined {
  try {
    const name: unknown = JSON.parse(text);
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined; // No line of ours.
  }
}

/** What has become of a tensor's values, for its line: `1.9 % · 12.3 % of the values · 3 ulps`. */
export function differenceText({ norm, relativeNorm, changedShare, maxUlps }: TensorDifference): string {
  if (changedShare === 0) return l10n.t('same values');
  const size = relativeNorm === null ? `‖Δ‖ ${significant(norm)}` : percent(relativeNorm);
  const parts = [size, l10n.t('{0} of the values', percent(changedShare))];
  if (maxUlps !== null)
    parts.push(maxUlps === 1 ? l10n.t('1 ulp') : l10n.t('{0} ulps', significant(maxUlps)));
  return parts.join(' · ');
}

/** All that is known of it, a line each, for the hover. */
export function differenceHover(difference: TensorDifference): string {
  const { norm, relativeNorm, maxAbs, maxUlps, cosine, changedShare } = difference;
  return [
    l10n.t('‖B − A‖: {0} ({1} of ‖A‖)', significant(norm), percent(relativeNorm)),
    l10n.t('Largest change: {0} ({1} units in the last place)', significant(maxAbs), significant(maxUlps)),
    l10n.t('Values that differ: {0}', percent(changedShare)),
    l10n.t('Cosine of A and B: {0}', significant(cosine)),
  ].join('\n\n');
}
