import { grouped, percent, significant } from '#protocol/figures.ts';
import type { TensorAnalysis } from '#protocol/results.ts';
import { t } from '../strings.ts';
import type { Cell } from './grid.ts';
import { sumOf, valueOf } from './metrics.ts';
import type { Numbers } from './reading.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** What the name does not say. */
  readonly hint: string;
}

/** What is known of a field, in words and numbers; what has not come is missing. */
export function factsOf(cell: Cell, numbers: Numbers): Fact[] {
  const [only] = cell.tensors;
  const isOne = cell.tensors.length === 1 && only !== undefined;
  const first = isOne
    ? { name: t('Shape'), value: only.shape.map(grouped).join(' × '), hint: t('Rows × columns') }
    : { name: t('Tensors'), value: grouped(cell.tensors.length), hint: t('Norms of several combine as √Σ²') };
  const row = isOne ? numbers.rows.get(only.name) : undefined;
  return [first, ...sizes(cell, numbers), ...(row === undefined ? [] : ranks(row))];
}

function sizes(cell: Cell, { rows, total }: Numbers): Fact[] {
  const sum = sumOf(cell.tensors, rows);
  if (sum.waiting > 0) return [];
  return [
    { name: t('Norm'), value: significant(valueOf('norm', sum, total)), hint: t('Frobenius norm of w here') },
    {
      name: t('Relative norm'),
      value: percent(valueOf('relative', sum, total)),
      hint: t('Norm of w over the norm of the base here'),
    },
    {
      name: t('Share of ‖w‖²'),
      value: percent(valueOf('share', sum, total)),
      hint: t('Of the whole direction'),
    },
  ];
}

function ranks({ rank, stableRank, effectiveRank }: TensorAnalysis): Fact[] {
  if (stableRank === null && effectiveRank === null && rank === null) return [];
  const atMost =
    rank === null
      ? []
      : [{ name: t('Rank, at most'), value: grouped(rank), hint: t('Columns of the joined factors') }];
  return [
    ...atMost,
    { name: t('Stable rank'), value: significant(stableRank), hint: t('‖w‖² / σ₁²') },
    { name: t('Effective rank'), value: significant(effectiveRank), hint: t('exp of the entropy of σ / Σσ') },
  ];
}
