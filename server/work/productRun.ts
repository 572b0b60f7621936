/* oxlint-disable typescript/no-non-null-assertion -- Places and rows are inside by construction. */
import type { Pointer } from '../kernels/kernels.ts';
import { valuesAt, type Run, type Steering } from './evaluation.ts';
import { copyUnchanged } from './roundRun.ts';
import { float64At, type Station } from './station.ts';
import type { FilledBy, Tile } from './tasks.ts';
import { widths } from './widths.ts';

/** A source and nothing but a product that a device has computed: what an adapter on its base comes to. */
interface OnlyProduct {
  readonly dtype: 'BF16' | 'F16' | 'F32';
  readonly source: number;
  readonly tile: Tile & { readonly filled: FilledBy };
}

/** The usual low-rank item, which has a kernel of its own; undefined where there is more to add up. */
export function onlyProduct({ item, task, frame }: Steering): OnlyProduct | undefined {
  const { source } = frame;
  if (source === undefined || item.source?.dtype !== item.dtype) return undefined;
  const [dtype] = valuesAt(frame, source, 0);
  if (dtype === 'F64' || dtype !== item.dtype) return undefined;
  if (item.fixed.length > 0 || frame.moving.length > 0 || item.stochastic !== undefined) return undefined;
  const filled = task.moving?.filled;
  if (task.moving === undefined || filled === undefined || item.places.length === 0) return undefined;
  return { dtype, source, tile: { ...task.moving, filled } };
}

/** Computes a run for every place straight from the source's and the product's values; the same bytes as `roundRun`. */
export function productRun(station: Station, steering: Steering, run: Run, only: OnlyProduct): void {
  for (const place of steering.item.places.keys()) {
    const unchanged = steering.item.places[place]!.strength === 0;
    if (unchanged && copyUnchanged(station, steering, { run, place })) continue;
    const count = roundPieces(station, steering, run, { ...only, place });
    if (count > 0) roundExactly(station, steering, run, { ...only, place, count });
  }
}

interface ToPlace extends OnlyProduct {
  readonly place: number;
}

/** Row by row, because the bound changes with it. Returns how many elements of the run are left for `roundExactly`. */
function roundPieces(station: Station, steering: Steering, run: Run, to: ToPlace): number {
  const { item, frame } = steering;
  const { columns } = item;
  const { dtype, source, tile, place } = to;
  const { bound, leftNorms, rightNorms } = tile.filled;
  const { strength } = item.places[place]!;
  const lefts = new Float64Array(station.memory.buffer, leftNorms);
  let found = 0;
  for (let first = 0, count = 0; first < run.count; first += count) {
    const column = (run.inUnit + first) % columns;
    count = Math.min(columns - column, run.count - first);
    const left = lefts[Math.floor((run.inUnit + first) / columns)]!;
    found += station.kernels.roundProduct({
      dtype,
      base: valuesAt(frame, source, run.at + first)[1],
      precision: tile.precision,
      product: tile.target + (run.inUnit + first) * widths[tile.precision],
      strength,
      norms: rightNorms + column * 8,
      factor: Math.abs(strength) * bound.factor * left,
      floor: Math.abs(strength) * bound.floor,
      count,
      out: outputAt(steering, to, run.at + first),
      statistics: frame.rounded[place]!,
      ambiguous: frame.ambiguous + found * 4,
      first,
    });
  }
  return found;
}

/** The elements listed at `frame.ambiguous`, by their products as defined. */
function roundExactly(
  station: Station,
  steering: Steering,
  run: Run,
  to: ToPlace & { readonly count: number },
): void {
  const { item, task, frame } = steering;
  const { dtype, source, tile, place, count } = to;
  const inRun = new Uint32Array(station.memory.buffer, frame.ambiguous, count);
  const inUnit = new Uint32Array(station.memory.buffer, frame.bound, count);
  for (let n = 0; n < count; n++) inUnit[n] = run.inUnit + inRun[n]!;
  float64At(station, frame.exact, count).fill(0);
  const elements = {
    indexes: frame.bound,
    count,
    target: frame.exact,
    rows: task.length,
    columns: item.columns,
  };
  for (const term of tile.terms) station.kernels.multiplyAt({ ...term, ...elements });
  station.kernels.roundAt({
    dtype,
    base: valuesAt(frame, source, run.at)[1],
    deltas: frame.exact,
    strength: item.places[place]!.strength,
    indexes: frame.ambiguous,
    count,
    out: outputAt(steering, to, run.at),
    statistics: frame.rounded[place]!,
  });
}

function outputAt({ frame, item }: Steering, { place }: ToPlace, at: number): Pointer {
  return frame.outputs[place]! + at * widths[item.dtype];
}
