import { csvField } from '#protocol/csvField.ts';
import type { Series } from './series.ts';

const headings = ['direction', 'tensor', 'layer', 'module', 'index', 'sigma', 'energy', 'spectrum', 'error'];

/** One line a singular value of what is drawn, with all digits. RFC 4180; `energy` is the share of ‖w‖² up to there. */
export function spectrumCsv(series: readonly Series[]): string {
  const lines = series.flatMap(linesOf).map((line) => line.map(csvField));
  return [headings, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

function linesOf({ directionName, place, row }: Series): (string | number | null)[][] {
  return (row?.singularValues ?? []).map((sigma, index) => [
    directionName,
    place.name,
    place.layer,
    place.module,
    index + 1,
    sigma,
    row?.energy?.[index] ?? null,
    row?.spectrum ?? null,
    row?.spectrumError ?? null,
  ]);
}
