import type { RoundingStatistics, Statistics } from './job.ts';

const emptyRounding: RoundingStatistics = {
  requestedSquares: 0,
  realisedSquares: 0,
  product: 0,
  requested: 0,
  unmoved: 0,
  overflowed: 0,
};

/** What `mergeStatistics` leaves unchanged; `places` is how many outputs the item has. */
export function emptyStatistics(places: number): Statistics {
  return {
    elements: 0,
    movingSquares: 0,
    sourceSquares: 0,
    product: 0,
    maxAbs: 0,
    changed: 0,
    notFinite: 0,
    places: Array.from({ length: places }, () => emptyRounding),
  };
}

/** Sums add and maxima compete; the two are of one item, so their places correspond. */
export function mergeStatistics(one: Statistics, other: Statistics): Statistics {
  const survival = mergeSurvival(one.survival, other.survival);
  const gram = mergeGram(one.gram, other.gram);
  return {
    elements: one.elements + other.elements,
    movingSquares: one.movingSquares + other.movingSquares,
    sourceSquares: one.sourceSquares + other.sourceSquares,
    product: one.product + other.product,
    maxAbs: Math.max(one.maxAbs, other.maxAbs),
    changed: one.changed + other.changed,
    notFinite: one.notFinite + other.notFinite,
    places: one.places.map((place, index) => mergeRounding(place, other.places[index] ?? emptyRounding)),
    ...(survival === undefined ? {} : { survival }),
    ...(gram === undefined ? {} : { gram }),
    ...mergeSpectra(one, other),
  };
}

type Spectrum = Pick<Statistics, 'singularValues' | 'spectrumError' | 'singularVectors'>;

/** An item with a spectrum has one unit. */
function mergeSpectra(one: Statistics, other: Statistics): Spectrum {
  const { singularValues, spectrumError, singularVectors } = one.singularValues === undefined ? other : one;
  return {
    ...(singularValues !== undefined && { singularValues }),
    ...(spectrumError !== undefined && { spectrumError }),
    ...(singularVectors !== undefined && { singularVectors }),
  };
}

function mergeGram(one: Statistics['gram'], other: Statistics['gram']): Statistics['gram'] {
  if (one === undefined || other === undefined) return one ?? other;
  return one.map((product, index) => product + (other[index] ?? Number.NaN));
}

function mergeRounding(one: RoundingStatistics, other: RoundingStatistics): RoundingStatistics {
  return {
    requestedSquares: one.requestedSquares + other.requestedSquares,
    realisedSquares: one.realisedSquares + other.realisedSquares,
    product: one.product + other.product,
    requested: one.requested + other.requested,
    unmoved: one.unmoved + other.unmoved,
    overflowed: one.overflowed + other.overflowed,
  };
}

function mergeSurvival(one: Statistics['survival'], other: Statistics['survival']): Statistics['survival'] {
  if (one === undefined || other === undefined) return one ?? other;
  const mostUlps = Math.max(one.mostUlps ?? -1, other.mostUlps ?? -1);
  return {
    identical: one.identical + other.identical,
    withinOneUlp: one.withinOneUlp + other.withinOneUlp,
    ...(mostUlps >= 0 && { mostUlps }),
  };
}
