import { decade, percent, significant } from '#protocol/figures.ts';
import type { AnalyzeResult, TensorAnalysis } from '#protocol/results.ts';
import { chartWidth, figure, label, round, shortened, table } from './figure.ts';
import { markup, type Html, nothing } from './html.ts';

/** Tensors that are drawn: those with the largest norms. */
const most = 4;
/** Singular values in the table. */
const listed = 16;
const left = 64;
const top = 12;
const height = 180;
/** What lies below this of the largest is rounding, and is not drawn. */
const floor = 1e-8;

interface Spectrum extends TensorAnalysis {
  readonly singularValues: readonly number[];
}

/** Singular values of the leading tensors, on a logarithmic axis; nothing where none has any. */
export function spectrumFigure({ name, tensors }: AnalyzeResult, number: number): Html {
  const spectra = tensors
    .filter(hasSpectrum)
    .toSorted((a, b) => (b.norm ?? 0) - (a.norm ?? 0))
    .slice(0, most);
  const largest = Math.max(0, ...spectra.map(({ singularValues }) => singularValues[0] ?? 0));
  if (largest === 0) return nothing;
  const drawn = spectra.map(({ singularValues }) =>
    singularValues.filter((value) => value > floor * largest),
  );
  const bottom = 10 ** Math.floor(Math.log10(Math.min(...drawn.flat())));
  const scale: Scale = { largest, bottom, count: Math.max(...drawn.map(({ length }) => length)) };
  return figure({
    number,
    title: `${name}: singular values of the ${spectra.length} tensors that move most`,
    description: `Singular values in descending order, on a logarithmic axis. ${spectra.map((each) => `${each.name}: the first is ${significant(each.singularValues[0] ?? null)}, effective rank ${significant(each.effectiveRank)}.`).join(' ')}`,
    height: top + height + 42 + spectra.length * 17,
    shapes: [...axes(scale), ...drawn.map((values, index) => line(values, index, scale)), ...names(spectra)],
    caption: markup`How concentrated the direction is: singular values of the ${spectra.length} tensors that
    move most, on a logarithmic axis.`,
    table: spectrumTable(spectra),
  });
}

function hasSpectrum(tensor: TensorAnalysis): tensor is Spectrum {
  return tensor.singularValues !== null && tensor.singularValues.length > 0;
}

interface Scale {
  readonly largest: number;
  readonly bottom: number;
  readonly count: number;
}

function heightOf(value: number, { largest, bottom }: Scale): number {
  const whole = Math.log10(largest / bottom) || 1;
  return round(top + height - (height * Math.log10(value / bottom)) / whole);
}

function placeOf(index: number, { count }: Scale): number {
  return round(left + ((chartWidth - 16 - left) * index) / Math.max(1, count - 1));
}

function axes(scale: Scale): readonly Html[] {
  const right = chartWidth - 8;
  const decades = Math.floor(Math.log10(scale.largest / scale.bottom) + 1e-9) + 1;
  const every = Math.max(1, Math.ceil(decades / 6));
  const lines = Array.from({ length: Math.ceil(decades / every) }, (_, index) => {
    const value = scale.bottom * 10 ** (index * every);
    const y = heightOf(value, scale);
    return [
      label(left - 6, y + 4, decade(value), 'end'),
      markup`<path class="grid" d="M${left} ${y}H${right}" />`,
    ];
  });
  return [
    ...lines.flat(),
    markup`<path class="axis" d="M${left} ${top}V${top + height}H${right}" />`,
    label(left, top + height + 16, '1', 'middle'),
    ...(scale.count > 1
      ? [label(placeOf(scale.count - 1, scale), top + height + 16, String(scale.count), 'middle')]
      : []),
    label((left + right) / 2, top + height + 16, 'number of the singular value', 'middle'),
  ];
}

function line(values: readonly number[], index: number, scale: Scale): Html {
  const points = values.map((value, at) => `${placeOf(at, scale)} ${heightOf(value, scale)}`);
  const dots = values.length > 64 ? [] : points.map((point) => dot(point, index));
  return markup`<path class="line series-${index}" d="M${points.join('L')}" />${dots}`;
}

function dot(point: string, index: number): Html {
  const [x = '0', y = '0'] = point.split(' ');
  return markup`<circle class="dot series-${index}" cx="${x}" cy="${y}" r="2.2" />`;
}

function names(spectra: readonly Spectrum[]): readonly Html[] {
  return spectra.flatMap(({ name }, index) => {
    const y = top + height + 42 + index * 17;
    return [
      markup`<path class="line series-${index}" d="M${left} ${y - 4}H${left + 26}" />`,
      label(left + 34, y, shortened(name, 90)),
    ];
  });
}

function spectrumTable(spectra: readonly Spectrum[]): Html {
  const columns = ['σ', 'share of ‖w‖² so far'].map((heading) => ({ heading, isNumber: true }));
  return markup`${spectra.map(({ name, singularValues, energy, spectrum, spectrumError }) => {
    const error = spectrumError === null ? '' : `, each ±${significant(spectrumError)}`;
    const some = singularValues.slice(0, listed);
    const rest =
      singularValues.length > some.length ? ` The first ${some.length} of ${singularValues.length}.` : '';
    return markup`<h4><code>${name}</code></h4>
      <p>From ${spectrum ?? 'nothing'}${error}.${rest}</p>
      ${table(
        [{ heading: 'number' }, ...columns],
        some.map((value, index) => [String(index + 1), significant(value), percent(energy?.[index] ?? null)]),
      )}`;
  })}`;
}
