import type { RoundingStatistics, Statistics } from '../../work/job.ts';

/** Statistics by item as the journal keeps them: JSON, in which what is not finite is null. */
export function toRecord(statistics: ReadonlyMap<number, Statistics>): unknown {
  return [...statistics].map(([item, sums]) => [
    item,
    sums.singularValues === undefined ? sums : { ...sums, singularValues: [...sums.singularValues] },
  ]);
}

/** Undefined where the record is not one of ours: the work is then done again. */
export function fromRecord(record: unknown): Map<number, Statistics> | undefined {
  if (!Array.isArray(record)) return undefined;
  const statistics = new Map<number, Statistics>();
  for (const entry of record) {
    const [item, values]: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const one = fromValues(values);
    if (typeof item !== 'number' || one === undefined) return undefined;
    statistics.set(item, one);
  }
  return statistics;
}

function fromValues(values: unknown): Statistics | undefined {
  if (!isObject(values)) return undefined;
  const { places, survival, singularValues } = values;
  if (!Array.isArray(places)) return undefined;
  return {
    elements: number(values['elements']),
    movingSquares: number(values['movingSquares']),
    sourceSquares: number(values['sourceSquares']),
    product: number(values['product']),
    maxAbs: number(values['maxAbs']),
    changed: number(values['changed']),
    notFinite: number(values['notFinite']),
    places: places.map(toRounding),
    ...(isObject(survival) && {
      survival: { identical: number(survival['identical']), withinOneUlp: number(survival['withinOneUlp']) },
    }),
    ...(Array.isArray(singularValues) && { singularValues: Float64Array.from(singularValues, number) }),
  };
}

function toRounding(values: unknown): RoundingStatistics {
  const of = isObject(values) ? values : {};
  return {
    requestedSquares: number(of['requestedSquares']),
    realisedSquares: number(of['realisedSquares']),
    product: number(of['product']),
    requested: number(of['requested']),
    unmoved: number(of['unmoved']),
    overflowed: number(of['overflowed']),
  };
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : NaN;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
