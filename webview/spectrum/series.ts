import type { TensorPlace } from '#protocol/analysis.ts';
import { mostDirections } from '#protocol/spectrum.ts';
import type { TensorAnalysis } from '#protocol/results.ts';
import type { Run } from '../layers/run.ts';
import { t } from '../strings.ts';
import { chosenMatrices, matricesOf, moduleText, type TensorChoice } from './choice.ts';

/** One of the directions that are drawn. */
export interface Direction {
  readonly name: string;
  readonly run: Run;
}

/** One tensor of one direction: a line in each figure, a row of each table. */
export interface Series {
  readonly key: string;
  /** Its number. */
  readonly direction: number;
  readonly directionName: string;
  /** As in the legend: what tells it from the others. */
  readonly name: string;
  readonly place: TensorPlace;
  /** Undefined while it is not read, and where the direction is zero. */
  readonly row: TensorAnalysis | undefined;
  /** Why there is nothing to draw; undefined: there is. */
  readonly lack: 'waiting' | 'zero' | 'no-spectrum' | undefined;
  /** Of the series colours, and of the patterns. */
  readonly color: number;
  /** Of several lines of one colour, 0 (faint) to 1 (strong): the last layer, and the largest norm, are strong. */
  readonly shade: number;
}

/** What is drawn of these directions: by direction, then by tensor. Colours tell directions apart, or the tensors of one. */
export function seriesOf(directions: readonly Direction[], choice: TensorChoice): readonly Series[] {
  const matrices = matricesOf(directions.map(({ run }) => run.plan?.tensors ?? []));
  const most = Math.max(1, Math.floor(mostDirections / directions.length));
  const rows = directions[0]?.run.rows ?? new Map();
  const chosen = chosenMatrices(matrices, choice, { rows, most });
  const isOverlay = directions.length > 1 || choice.kind === 'module';
  return directions.flatMap((direction, number) =>
    chosen.map((place, index): Series => ({
      key: `${number} ${place.name}`,
      direction: number,
      directionName: direction.name,
      name: nameOf(direction, place, { directions: directions.length, tensors: chosen.length }),
      place,
      row: direction.run.rows.get(place.name),
      lack: lackOf(direction.run, place),
      color: isOverlay ? number : index,
      shade: isOverlay ? shadeOf(choice, index, chosen.length) : 1,
    })),
  );
}

function shadeOf(choice: TensorChoice, index: number, count: number): number {
  if (count === 1) return 1;
  const share = index / (count - 1);
  return choice.kind === 'leading' ? 1 - share : share;
}

/** `layer 7, down_proj`; `embeddings` outside layers. */
function placeText(place: TensorPlace): string {
  return place.layer === null ? moduleText(place) : t('layer {0}, {1}', place.layer, moduleText(place));
}

interface Counts {
  readonly directions: number;
  readonly tensors: number;
}

function nameOf({ name }: Direction, place: TensorPlace, { directions, tensors }: Counts): string {
  if (directions === 1) return placeText(place);
  return tensors === 1 ? name : `${name}, ${placeText(place)}`;
}

function lackOf(run: Run, { name }: TensorPlace): Series['lack'] {
  const row = run.rows.get(name);
  if (row !== undefined) return row.singularValues === null ? 'no-spectrum' : undefined;
  const isPlanned = run.plan === undefined || run.plan.tensors.some((place) => place.name === name);
  return isPlanned ? 'waiting' : 'zero';
}
