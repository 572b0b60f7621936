import { grouped, percent, significant } from '#protocol/figures.ts';
import type { TensorAnalysis } from '#protocol/results.ts';
import { t } from '../strings.ts';
import { energyTo, markedRanks, markedShare, rankFor, sigmaAt } from './ranks.ts';

/** A number that is said of each line. */
export interface FactColumn {
  readonly key: string;
  readonly heading: string;
  /** What the heading does not say. */
  readonly hint: string;
  readonly of: (row: TensorAnalysis) => string;
}

/** What sums a spectrum up, whatever place the cursor is at. */
export function factColumns(): readonly FactColumn[] {
  return [
    {
      key: 'norm',
      heading: t('Norm'),
      hint: t('Frobenius norm of w here'),
      of: ({ norm }) => significant(norm),
    },
    {
      key: 'stable',
      heading: t('Stable rank'),
      hint: t('‖w‖² / σ₁²'),
      of: ({ stableRank }) => significant(stableRank),
    },
    {
      key: 'effective',
      heading: t('Effective rank'),
      hint: t('exp of the entropy of σ / Σσ'),
      of: ({ effectiveRank }) => significant(effectiveRank),
    },
    ...markedRanks.map((rank) => ({
      key: `energy ${rank}`,
      heading: t('In the first {0}', rank),
      hint: t('Share of Σσ²'),
      of: (row: TensorAnalysis) => percent(energyTo(row, rank)),
    })),
    {
      key: 'rank',
      heading: t('Rank for 90 %'),
      hint: t('How many singular values hold 90 % of Σσ²'),
      of: (row) => whole(rankFor(row, markedShare)),
    },
  ];
}

/** The numbers at the cursor. */
export function placeColumns(place: number): readonly FactColumn[] {
  return [
    {
      key: 'sigma',
      heading: `σ${subscript(place)}`,
      hint: t('Singular value {0}', place),
      of: (row) => significant(sigmaAt(row, place)),
    },
    {
      key: 'energy',
      heading: t('In the first n'),
      hint: t('Share of Σσ² in the first {0}', place),
      of: (row) => percent(energyTo(row, place)),
    },
  ];
}

/** `₁₂` */
export function subscript(index: number): string {
  return String(index).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)));
}

function whole(value: number | null): string {
  return value === null ? significant(null) : grouped(value);
}
