import { percent, significant } from '#protocol/figures.ts';
import type { AnalyzeResult, TensorAnalysis } from '#protocol/results.ts';
import type { ModuleGroup } from '#protocol/tensors.ts';
import { chartWidth, figure, label, labelEvery, round, shortened, table } from './figure.ts';
import { markup, type Html } from './html.ts';
import { joint, type Metric, metricOf } from './metric.ts';

const left = 56;
const top = 22;

/** A value so much larger than the 98th percentile is told, and not what the colours end at. */
const outstanding = 2;

/** In the order in which a layer uses them; what is not here comes after, as it comes in the model. */
const usual =
  'q_proj k_proj v_proj qkv_proj query_key_value c_attn o_proj out_proj dense gate gate_proj up_proj gate_up_proj down_proj fc1 fc2'.split(
    ' ',
  );
const groups: readonly ModuleGroup[] = ['attention', 'mlp', 'other', 'norms'];

interface Column {
  readonly group: ModuleGroup;
  readonly module: string;
  readonly tensors: readonly TensorAnalysis[];
}

/** Layers × modules; tensors outside layers are in its table. */
export function heatFigure(analysis: AnalyzeResult, number: number): Html {
  const { layers, name, tensors } = analysis;
  const metric = metricOf(analysis);
  const inside = tensors.filter(({ layer }) => layer !== null);
  const columns = columnsOf(inside);
  const fields = columns.map((column) => valuesOf(column, layers, metric));
  const scale = scaleOf(fields.flat().filter((value) => value !== null));
  const rowHeight = round(Math.max(4, Math.min(18, 560 / Math.max(1, layers))));
  const bottom = top + layers * rowHeight;
  const end = scale.beyond === null ? '' : ` and above; the largest is ${metric.text(scale.beyond)}`;
  return figure({
    number,
    title: `${name}: ${metric.name} by layer and module`,
    description: `Colours of ${layers} layers and ${columns.length} modules, from 0 to ${metric.text(scale.top)}${end}.`,
    height: bottom + 30,
    shapes: [
      ...headings(columns, { layers, rowHeight }),
      ...columns.flatMap((column, at) => {
        const place = { at, of: columns.length, rowHeight };
        return field({ column, values: fields[at] ?? [], place, top: scale.top, metric });
      }),
      ...legend(bottom + 14, `${metric.text(scale.top)}${end}`),
    ],
    caption: markup`Where the direction lies: ${metric.name} of each module in each layer, from 0 to
    ${metric.text(scale.top)}${end}. Empty fields do not move; hatched ones have no such number. The table has
    every tensor, those outside layers among them.`,
    table: tensorTable(tensors),
  });
}

function columnsOf(tensors: readonly TensorAnalysis[]): readonly Column[] {
  const found = [...Map.groupBy(tensors, ({ group, module }) => `${group} ${module}`).values()];
  const columns = found.flatMap((some) => {
    const [first] = some;
    return first === undefined ? [] : [{ group: first.group, module: first.module, tensors: some }];
  });
  return columns.toSorted(
    (a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || rank(a.module) - rank(b.module),
  );
}

function rank(module: string): number {
  const index = usual.indexOf(module);
  return index < 0 ? usual.length : index;
}

/** Undefined layers have no tensor there, so w is zero. */
function valuesOf({ tensors }: Column, layers: number, metric: Metric): readonly (number | null)[] {
  const byLayer = Map.groupBy(tensors, ({ layer }) => layer);
  return Array.from({ length: layers }, (_, layer) => {
    const some = byLayer.get(layer);
    return some === undefined ? 0 : metric.of(joint(some));
  });
}

function scaleOf(values: readonly number[]): { readonly top: number; readonly beyond: number | null } {
  const ascending = values.filter((value) => value > 0).toSorted((a, b) => a - b);
  const largest = ascending.at(-1) ?? 0;
  const usual = ascending[Math.ceil(0.98 * (ascending.length - 1))] ?? 0;
  return largest <= outstanding * usual ? { top: largest, beyond: null } : { top: usual, beyond: largest };
}

function headings(
  columns: readonly Column[],
  { layers, rowHeight }: { readonly layers: number; readonly rowHeight: number },
): readonly Html[] {
  const step = (chartWidth - 8 - left) / Math.max(1, columns.length);
  const every = labelEvery(layers, rowHeight, 13);
  const names = columns.map(({ module }, at) =>
    label(
      left + (at + 0.5) * step,
      top - 8,
      shortened(module.replace(/_proj$/, ''), Math.max(3, Math.floor(step / 6.5))),
      'middle',
    ),
  );
  const numbers = Array.from({ length: Math.ceil(layers / every) }, (_, index) =>
    label(left - 6, top + (index * every + 0.5) * rowHeight + 4, String(index * every), 'end'),
  );
  return [label(left - 6, top - 8, 'layer', 'end'), ...names, ...numbers];
}

interface Field {
  readonly column: Column;
  readonly values: readonly (number | null)[];
  readonly place: { readonly at: number; readonly of: number; readonly rowHeight: number };
  readonly top: number;
  readonly metric: Metric;
}

function field({ column, values, place, top: most, metric }: Field): readonly Html[] {
  const step = (chartWidth - 8 - left) / place.of;
  const x = round(left + place.at * step);
  const size = markup`width="${round(step - 1)}" height="${round(place.rowHeight - 1)}"`;
  return values.map((value, layer) => {
    const at = markup`x="${x}" y="${round(top + layer * place.rowHeight)}" ${size}`;
    const said = `layer ${layer}, ${column.module}: ${value === null ? 'not known' : metric.text(value)}`;
    if (value === null) return markup`<rect class="missing" ${at}><title>${said}</title></rect>`;
    const level = most === 0 ? 0 : Math.min(1, value / most).toFixed(3);
    return markup`<rect class="field" fill-opacity="${level}" ${at}><title>${said}</title></rect>`;
  });
}

const steps = 20;

function legend(y: number, end: string): readonly Html[] {
  const ramp = Array.from(
    { length: steps },
    (_, index) =>
      markup`<rect
        class="ramp"
        fill-opacity="${(index / (steps - 1)).toFixed(3)}"
        x="${left + index * 7}"
        y="${y}"
        width="7"
        height="8"
      />`,
  );
  return [label(left - 6, y + 8, '0', 'end'), ...ramp, label(left + steps * 7 + 6, y + 8, end)];
}

function tensorTable(tensors: readonly TensorAnalysis[]): Html {
  const numbers = ['norm', 'of the base', 'of ‖w‖²', 'rank', 'stable rank', 'effective rank'];
  return table(
    [{ heading: 'tensor' }, { heading: 'shape' }, ...numbers.map((heading) => ({ heading, isNumber: true }))],
    tensors.map(({ name, shape, norm, relativeNorm, share, rank, stableRank, effectiveRank }) => [
      markup`<code>${name}</code>`,
      shape.join('\u00a0×\u00a0'),
      significant(norm),
      percent(relativeNorm),
      percent(share),
      rank === null ? 'full' : String(rank),
      significant(stableRank),
      significant(effectiveRank),
    ]),
  );
}
