import type { SimilarityResult } from '#protocol/similarity.ts';
import { t } from '../strings.ts';
import { colorScale } from '../layers/colorScale.ts';
import { flagsByPair, pairOf } from './pairs.ts';
import { type DivergingScale, divergingScale } from './scale.ts';
import { type SliceChoice, sliceOf } from './slices.ts';
import type { Order, Place } from './viewState.ts';

/** A field of the matrix: what it is about, and how alike the two are. */
export interface Field {
  readonly place: Place;
  /** Of the row and of the column. */
  readonly names: readonly [row: string, column: string];
  /** A subject with itself, which says nothing. */
  readonly isSelf: boolean;
  readonly cosine: number | null;
  /** In standard deviations of the null; of a control, in the one over all pairs of the whole model. */
  readonly z: number | null;
  readonly hasFlag: boolean;
}

/** All that is drawn of a matrix. Fields of controls follow those of the subjects in each row. */
export interface Board {
  /** Numbers of the subjects, as rows and columns follow each other. */
  readonly order: readonly number[];
  readonly names: readonly string[];
  readonly controls: readonly string[];
  readonly rows: readonly (readonly Field[])[];
  readonly scale: DivergingScale;
}

/** The matrix of one part of the model. Controls are there for the whole model only, as the server compares them so. */
export function toBoard(result: SimilarityResult, slice: SliceChoice, by: Order): Board {
  const part = sliceOf(result, slice);
  const order = by === 'given' ? result.names.map((_, index) => index) : result.clustered;
  const controls = part === result && result.withControls.length > 0 ? result.null.names : [];
  const subject = (row: number) => result.names[row] ?? '';
  const flagsOf = flagsByPair(result.flags);
  const fields = (row: number) =>
    order.map((column): Field => {
      const { cosine, z, flags } = pairOf(part, flagsOf(row, column), row, column);
      const names = [subject(row), subject(column)] as const;
      const place = { row, column, isControl: false };
      return { place, names, isSelf: row === column, cosine, z, hasFlag: flags.length > 0 };
    });
  const rows = order.map((row) => [
    ...fields(row),
    ...controls.map((name, column) => controlField(result, { row, column, isControl: true }, name)),
  ]);
  return { order, names: result.names, controls, rows, scale: scaleFor(result, rows, divergingScale(part)) };
}

/** Before there are numbers: fields in the places where they will be, with nothing known of them. */
export function emptyBoard(names: readonly string[], controls: readonly string[]): Board {
  const order = names.map((_, index) => index);
  const unknown = { isSelf: false, cosine: null, z: null, hasFlag: false };
  const rows = names.map((name, row) => [
    ...names.map((other, column): Field => ({
      ...unknown,
      place: { row, column, isControl: false },
      names: [name, other],
      isSelf: row === column,
    })),
    ...controls.map((control, column): Field => ({
      ...unknown,
      place: { row, column, isControl: true },
      names: [name, control],
    })),
  ]);
  return { order, names, controls, rows, scale: { top: 0, beyond: null, of: 'z' } };
}

/** What a field is coloured by; null where that is not known. */
export function valueOf({ isSelf, z, cosine }: Field, { of }: DivergingScale): number | null {
  if (isSelf) return null;
  return of === 'z' ? z : cosine;
}

/** `honest with sea (control)`. */
export function fieldName({ names: [row, column], place }: Field): string {
  return place.isControl ? t('{0} with {1} (control)', row, column) : t('{0} with {1}', row, column);
}

/** Whether two places are of the same pair. */
export function isSamePair(one: Place, other: Place | undefined): boolean {
  if (other === undefined || one.isControl !== other.isControl) return false;
  const isThis = one.row === other.row && one.column === other.column;
  return isThis || (!one.isControl && one.row === other.column && one.column === other.row);
}

function controlField(result: SimilarityResult, place: Place, name: string): Field {
  const { sigma } = result.null;
  const cosine = result.withControls[place.row]?.[place.column] ?? null;
  const z = cosine === null || sigma === null || sigma === 0 ? null : cosine / sigma;
  const names = [result.names[place.row] ?? '', name] as const;
  return { place, names, isSelf: false, cosine, z, hasFlag: false };
}

/** With controls the scale fits them too: they are what the others are held against. */
function scaleFor(
  { withControls }: SimilarityResult,
  rows: readonly (readonly Field[])[],
  scale: DivergingScale,
): DivergingScale {
  if (withControls.length === 0) return scale;
  const values = rows.flat().flatMap((field) => {
    const value = valueOf(field, scale);
    return value === null ? [] : [Math.abs(value)];
  });
  return { ...colorScale(values), of: scale.of };
}
