import type { TensorPlace } from '#protocol/analysis.ts';
import type { AnalysisRollups } from '#protocol/rollups.ts';
import { brushedTensors } from './brush.ts';
import { type ColorScale, colorScale } from './colorScale.ts';
import { cellsOf, type Grid } from './grid.ts';
import { layerStacks, type Stack } from './layerStacks.ts';
import { type Metric, type Rows, sumOf } from './metrics.ts';
import { type Overview, overviewOf } from './overview.ts';
import { type Numbers, readCell } from './reading.ts';
import type { Range, ViewState } from './viewState.ts';

/** All that is drawn, from what is known and what somebody chose to see. */
export interface Scene {
  readonly grid: Grid;
  readonly numbers: Numbers;
  readonly scale: ColorScale;
  readonly stacks: readonly Stack[];
  readonly overview: Overview;
  /** Layers shown. */
  readonly range: Range;
  /** In the order of the model, as far as they are shown. */
  readonly tensors: readonly TensorPlace[];
  readonly hasHatched: boolean;
  readonly hasBlank: boolean;
}

/** `grid` is of all these tensors, and so are the roll-ups, where they have come. */
export function toScene(
  grid: Grid,
  all: readonly TensorPlace[],
  rows: Rows,
  { metric, range, modules }: Pick<ViewState, 'metric' | 'range' | 'modules'>,
  rollups?: AnalysisRollups,
): Scene {
  const overview = overviewOf(all, rows, rollups);
  const numbers = { metric: shownMetric(metric, overview, rows), rows, total: sumOf(all, rows).squares };
  const readings = cellsOf(grid).map((cell) => readCell(cell, numbers));
  const values = readings.flatMap((reading) => (reading.kind === 'known' ? [reading.value] : []));
  const shown = clampedRange(range, grid.layers.length);
  return {
    grid,
    numbers,
    overview,
    scale: colorScale(values),
    stacks: layerStacks(grid, numbers),
    range: shown,
    tensors: brushedTensors(all, { range: range && shown, modules }),
    hasHatched: readings.some(({ kind }) => kind !== 'known'),
    hasBlank: grid.layers.some((row) => row.includes(undefined)),
  };
}

/** Without a base there are no relative norms, whatever was chosen for another direction. */
function shownMetric(chosen: Metric | undefined, { relative }: Overview, rows: Rows): Metric {
  const hasBase = rows.size === 0 || relative !== null;
  if (chosen === undefined || chosen === 'relative') return hasBase ? 'relative' : 'norm';
  return chosen;
}

function clampedRange(range: Range | undefined, layers: number): Range {
  const last = Math.max(0, layers - 1);
  return range === undefined
    ? { first: 0, last }
    : { first: Math.min(range.first, last), last: Math.min(range.last, last) };
}
