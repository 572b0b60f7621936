import { decade } from '#protocol/figures.ts';
import { scaleLinear, scaleLog } from 'd3-scale';
import type { Box, Point } from '../drawing/shapes.ts';
import { plain } from '../numbers.ts';
import { aboveRounding, markedRanks, markedShare, rankFor } from './ranks.ts';
import type { Series } from './series.ts';

export type Axis = 'log' | 'linear';

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface PlotLine extends Pick<Series, 'key' | 'color' | 'shade'> {
  readonly points: readonly Point[];
}

/** A figure as places on a plane, in pixels, whatever draws it. */
export interface Plot extends Size {
  readonly inside: Box;
  readonly lines: readonly PlotLine[];
  readonly up: readonly Tick[];
  readonly across: readonly Tick[];
  /** Places on lines that are marked. */
  readonly marks: readonly { readonly key: string; readonly color: number; readonly at: Point }[];
  /** Height of the marked share; absent in the figure of singular values. */
  readonly level?: number;
  /** Where the singular value of a place, counted from 1, is. */
  readonly xOf: (place: number) => number;
}

const margins = { left: 46, right: 12, top: 10, bottom: 22 };

/** Marks are for lines that can be told apart. */
const mostMarked = 6;

/** Singular values of the places that they have, from 1. On a logarithmic axis what is zero up to rounding is left out. */
export function sigmaPlot(series: readonly Series[], axis: Axis, size: Size): Plot {
  const inside = insideOf(size);
  const values = series.map(({ row }) => {
    const all = row?.singularValues ?? [];
    return axis === 'log' ? aboveRounding(all) : all;
  });
  const largest = Math.max(0, ...values.map((each) => each[0] ?? 0));
  const y = axis === 'log' ? logScale(values, inside) : linearScale(largest, inside);
  const across = acrossOf(countOf(series), inside);
  const up =
    axis === 'log' ? logTicks(y.domain(), y) : y.ticks(4).map((at) => ({ at: y(at), text: plain(at) }));
  return { ...size, inside, lines: linesOf(series, values, across.xOf, y), up, marks: [], ...across };
}

/** Share of Σσ² in the first values, with marks where it is asked for most. */
export function energyPlot(series: readonly Series[], size: Size): Plot {
  const inside = insideOf(size);
  const y = scaleLinear([0, 1], [inside.y + inside.height, inside.y]);
  const across = acrossOf(countOf(series), inside);
  const values = series.map(({ row }) => row?.energy ?? []);
  const up = [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: y(share), text: `${100 * share} %` }));
  const marks = series.length > mostMarked ? [] : series.flatMap((each) => marksOf(each, across.xOf, y));
  const lines = linesOf(series, values, across.xOf, y);
  return { ...size, inside, lines, up, marks, level: y(markedShare), ...across };
}

/** How many places there are to go through: the longest spectrum's. */
export function countOf(series: readonly Series[]): number {
  return Math.max(1, ...series.map(({ row }) => row?.singularValues?.length ?? 0));
}

/** The line that is nearest to a height at a place; undefined where none has that place. */
export function nearestLine({ lines }: Plot, place: number, y: number): string | undefined {
  const near = lines.flatMap(({ key, points }) => {
    const point = points[place - 1];
    return point === undefined ? [] : [{ key, distance: Math.abs(point[1] - y) }];
  });
  return near.toSorted((one, other) => one.distance - other.distance)[0]?.key;
}

/** The place, counted from 1, that is nearest to a pixel. */
export function placeAt({ xOf }: Plot, x: number, count: number): number {
  const step = xOf(2) - xOf(1);
  return Math.max(1, Math.min(count, Math.round((x - xOf(1)) / step) + 1));
}

function insideOf({ width, height }: Size): Box {
  const { left, right, top, bottom } = margins;
  return { x: left, y: top, width: Math.max(1, width - left - right), height: height - top - bottom };
}

function acrossOf(count: number, { x, width }: Box): Pick<Plot, 'xOf' | 'across'> {
  const scale = scaleLinear([1, Math.max(2, count)], [x + 6, x + width - 6]);
  const inner = scale.ticks(Math.min(8, width / 48)).filter((tick) => Number.isInteger(tick) && tick > 1);
  const across = [1, ...inner].map((tick) => ({ at: scale(tick), text: String(tick) }));
  return { xOf: (place) => scale(place), across };
}

function linearScale(largest: number, { y, height }: Box) {
  return scaleLinear([0, largest === 0 ? 1 : 1.05 * largest], [y + height, y]);
}

function logScale(values: readonly (readonly number[])[], { y, height }: Box) {
  const drawn = values.flat();
  const smallest = drawn.reduce((least, value) => Math.min(least, value), Infinity);
  const largest = drawn.reduce((most, value) => Math.max(most, value), 0);
  const ends: [number, number] = drawn.length === 0 ? [0.1, 1] : [smallest / 1.25, largest * 1.25];
  return scaleLog(ends, [y + height, y]);
}

/** Powers of ten; where there are not two, 1, 2 and 5 of them. */
function logTicks([low = 1, high = 10]: readonly number[], y: (value: number) => number): readonly Tick[] {
  const powers = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, index) => index + Math.floor(Math.log10(low)),
  );
  const within = (value: number) => value >= low && value <= high;
  const whole = powers.map((power) => Number(`1e${power}`)).filter(within);
  const every = Math.ceil(whole.length / 5);
  const finer = powers
    .flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)))
    .filter(within);
  const chosen =
    whole.length >= 2 ? whole.filter((_, index) => (whole.length - 1 - index) % every === 0) : finer;
  return chosen.map((value) => ({ at: y(value), text: decade(value) }));
}

function linesOf(
  series: readonly Series[],
  values: readonly (readonly number[])[],
  xOf: (place: number) => number,
  y: (value: number) => number,
): readonly PlotLine[] {
  return series.flatMap(({ key, color, shade }, number) => {
    const points = (values[number] ?? []).map((value, index): Point => [xOf(index + 1), y(value)]);
    return points.length === 0 ? [] : [{ key, color, shade, points }];
  });
}

function marksOf(
  { key, color, row }: Series,
  xOf: (place: number) => number,
  y: (value: number) => number,
): Plot['marks'] {
  if (row === undefined || row.energy === null) return [];
  const { energy } = row;
  const ranks = new Set([...markedRanks, rankFor(row, markedShare) ?? 0]);
  return [...ranks].flatMap((rank) => {
    const share = energy[rank - 1];
    return share === undefined ? [] : [{ key: `${key} ${rank}`, color, at: [xOf(rank), y(share)] as const }];
  });
}
