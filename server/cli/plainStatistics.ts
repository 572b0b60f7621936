import type { TensorStatistics } from '#protocol/tensorView.ts';

/** As JSON has it: typed arrays are lists; numbers that are not finite become null where it is printed. */
export function plainStatistics(statistics: TensorStatistics): object {
  return plainObject(statistics);
}

function plainObject(object: object): object {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, plain(value)]));
}

function plain(value: unknown): unknown {
  if (value instanceof Float64Array) return [...value];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? plainObject(value) : value;
}
