import { percent, significant } from '#protocol/figures.ts';
import type { AnalyzeResult } from '#protocol/results.ts';
import { chartWidth, figure, label, labelEvery, round, table } from './figure.ts';
import { markup, type Html } from './html.ts';
import { type Metric, metricOf } from './metric.ts';

const left = 56;
const top = 12;
const height = 130;

/** One bar a layer. */
export function layerFigure(analysis: AnalyzeResult, number: number): Html {
  const { layers, name, rollups } = analysis;
  const metric = metricOf(analysis);
  const known = new Map(rollups.layers.map((rollup) => [rollup.layer, rollup]));
  const values = Array.from({ length: layers }, (_, layer) => {
    const rollup = known.get(layer);
    return rollup === undefined ? 0 : metric.of(rollup);
  });
  const most = values.reduce<number>((largest, value) => Math.max(largest, value ?? 0), 0);
  const hottest = values.indexOf(most);
  return figure({
    number,
    title: `${name}: ${metric.name} of each layer`,
    description: `A bar for each of ${layers} layers. The largest, layer ${hottest}, has ${metric.text(most)}.`,
    height: top + height + 34,
    shapes: [...axis(most, metric), ...bars(values, most, metric)],
    caption: markup`How much of the direction is in each layer: ${metric.name}, ‖w‖ over the layer’s
    tensors${metric.name === 'norm' ? '' : ' by the norm of the same tensors of the base'}. Largest in layer
    ${hottest}, ${metric.text(most)}.`,
    table: table(
      [
        { heading: 'layer' },
        ...['tensors', 'norm', 'of the base', 'of ‖w‖²'].map((heading) => ({ heading, isNumber: true })),
      ],
      rollups.layers.map(({ layer, tensors, norm, relativeNorm, share }) => [
        String(layer),
        String(tensors),
        significant(norm),
        percent(relativeNorm),
        percent(share),
      ]),
    ),
  });
}

function axis(most: number, metric: Metric): readonly Html[] {
  const right = chartWidth - 8;
  return [
    label(left - 6, top + 4, metric.text(most), 'end'),
    label(left - 6, top + height, '0', 'end'),
    markup`<path class="grid" d="M${left} ${top}H${right}" />`,
    markup`<path class="axis" d="M${left} ${top + height}H${right}" />`,
    label((left + right) / 2, top + height + 30, 'layer', 'middle'),
  ];
}

function bars(values: readonly (number | null)[], most: number, metric: Metric): readonly Html[] {
  const step = (chartWidth - 8 - left) / Math.max(1, values.length);
  const every = labelEvery(values.length, step, 24);
  const width = round(step - Math.min(3, step / 4));
  return values.flatMap((value, layer) => {
    const x = round(left + layer * step);
    const isMissing = value === null;
    const tall = round(isMissing ? height : most === 0 ? 0 : (height * value) / most);
    const said = `layer ${layer}: ${isMissing ? 'not known' : metric.text(value)}`;
    const bar = markup`<rect
      class="${isMissing ? 'missing' : 'bar'}"
      x="${x}"
      y="${round(top + height - tall)}"
      width="${width}"
      height="${tall}"
      ><title>${said}</title></rect
    >`;
    return layer % every === 0
      ? [bar, label(x + width / 2, top + height + 15, String(layer), 'middle')]
      : [bar];
  });
}
