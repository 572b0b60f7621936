import type { TensorAnalysis } from '#protocol/results.ts';
import type { TensorPlace } from '#protocol/analysis.ts';

/** What the picture shows: ‖w‖ / ‖base‖, ‖w‖, or the share of ‖w‖². */
export const metrics = ['relative', 'norm', 'share'] as const;
export type Metric = (typeof metrics)[number];

/** Finished tensors by name. */
export type Rows = ReadonlyMap<string, TensorAnalysis>;

/** Several tensors as one. Norms combine as √Σ², so their squares are what is kept. */
export interface Sum {
  /** Tensors that have no numbers yet, and are left out. */
  readonly waiting: number;
  /** Null where a norm is not finite. */
  readonly squares: number | null;
  /** Of the same tensors of the base; null where one is not known. */
  readonly baseSquares: number | null;
}

/** What these tensors are together. */
export function sumOf(tensors: readonly Pick<TensorPlace, 'name'>[], rows: Rows): Sum {
  let waiting = 0;
  let squares: number | null = 0;
  let baseSquares: number | null = 0;
  for (const { name } of tensors) {
    const row = rows.get(name);
    if (row === undefined) {
      waiting++;
      continue;
    }
    squares = added(squares, row.norm);
    baseSquares = added(baseSquares, row.baseNorm);
  }
  return { waiting, squares, baseSquares };
}

/** The metric's value; `total` is ‖w‖² of everything. Null where it is not known, and 0 / 0. */
export function valueOf(metric: Metric, { squares, baseSquares }: Sum, total: number | null): number | null {
  if (squares === null) return null;
  switch (metric) {
    case 'norm':
      return Math.sqrt(squares);
    case 'relative':
      return ratio(Math.sqrt(squares), baseSquares === null ? null : Math.sqrt(baseSquares));
    case 'share':
      return ratio(squares, total);
  }
}

function added(sum: number | null, norm: number | null): number | null {
  return sum === null || norm === null ? null : sum + norm ** 2;
}

function ratio(part: number, whole: number | null): number | null {
  return whole === null || whole === 0 ? null : part / whole;
}
