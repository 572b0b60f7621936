import type { Outcome } from '#protocol/failure.ts';
import type { PanelMethod, PanelRequest } from '#protocol/panel.ts';
import { quantileLevels, type TensorPicture, type TensorStatistics } from '#protocol/tensorView.ts';
import type { ModuleGroup } from '#protocol/tensors.ts';
import { type OpenedModel, shapeAt, type TensorColumns } from '#protocol/viewer.ts';

interface Row {
  readonly name: string;
  readonly shape: readonly number[];
  readonly layer: number;
  readonly module: string;
  readonly group: ModuleGroup;
}

const modules = [
  ['self_attn.q_proj.weight', [896, 896], 'q_proj', 'attention'],
  ['self_attn.k_proj.weight', [128, 896], 'k_proj', 'attention'],
  ['self_attn.v_proj.weight', [128, 896], 'v_proj', 'attention'],
  ['self_attn.o_proj.weight', [896, 896], 'o_proj', 'attention'],
  ['mlp.gate_proj.weight', [4864, 896], 'gate_proj', 'mlp'],
  ['mlp.up_proj.weight', [4864, 896], 'up_proj', 'mlp'],
  ['mlp.down_proj.weight', [896, 4864], 'down_proj', 'mlp'],
  ['input_layernorm.weight', [896], 'input_layernorm', 'norms'],
] as const;

/** A model of so many layers, in BF16 but for its norms, as the server would open it. */
export function sampleModel({
  layers,
  files = 1,
}: {
  readonly layers: number;
  readonly files?: number;
}): OpenedModel {
  const inner = Array.from({ length: layers }, (_, layer) =>
    modules.map(([name, shape, module, group]): Row => ({
      name: `model.layers.${layer}.${name}`,
      shape,
      layer,
      module,
      group,
    })),
  );
  const rows = [
    outer('model.embed_tokens.weight', [151936, 896], 'embeddings'),
    ...inner.flat(),
    outer('model.norm.weight', [896], 'norms'),
  ];
  return modelOf(columnsOf(rows, files), layers, files);
}

function outer(name: string, shape: readonly number[], group: ModuleGroup): Row {
  return { name, shape, layer: -1, module: '', group };
}

function columnsOf(rows: readonly Row[], files: number): TensorColumns {
  const names = [...new Set(rows.map(({ module }) => module))];
  const groups = [...new Set(rows.map(({ group }) => group))];
  const counts = rows.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
  const bytes = counts.map((count, index) => count * (rows[index]?.group === 'norms' ? 4 : 2));
  const ends = rows.map((_, row) => rows.slice(0, row + 1).reduce((sum, { shape }) => sum + shape.length, 0));
  return {
    names: rows.map(({ name }) => name),
    dtypes: ['BF16', 'F32'],
    dtype: Uint8Array.from(rows, ({ group }) => Number(group === 'norms')),
    sizes: Float64Array.from(rows.flatMap(({ shape }) => shape)),
    shapes: Uint32Array.from([0, ...ends]),
    file: Uint16Array.from(rows, (_, index) => Math.floor((index * files) / rows.length)),
    offset: Float64Array.from(bytes, (_, row) => bytes.slice(0, row).reduce((sum, size) => sum + size, 4096)),
    bytes: Float64Array.from(bytes),
    layer: Int32Array.from(rows, ({ layer }) => layer),
    modules: names,
    module: Uint32Array.from(rows, ({ module }) => names.indexOf(module)),
    groups,
    group: Uint8Array.from(rows, ({ group }) => groups.indexOf(group)),
  };
}

function modelOf(tensors: TensorColumns, layers: number, files: number): OpenedModel {
  const bytes = tensors.bytes.reduce((sum, size) => sum + size, 0);
  const norms = tensors.bytes
    .filter((_, row) => tensors.dtype[row] === 1)
    .reduce((sum, size) => sum + size, 0);
  const name = (index: number) =>
    files === 1 ? 'model.safetensors' : `model-0000${index + 1}-of-0000${files}.safetensors`;
  return {
    path: '/work/qwen',
    name: 'qwen',
    kind: 'checkpoint',
    format: 'safetensors',
    asked: null,
    architecture: 'Qwen2',
    layers,
    parameters: bytes / 2,
    bytes,
    dtypes: [
      { dtype: 'BF16', tensors: 7 * layers + 1, parameters: (bytes - norms) / 2, bytes: bytes - norms },
      { dtype: 'F32', tensors: layers + 1, parameters: norms / 4, bytes: norms },
    ],
    files: Array.from({ length: files }, (_, index) => ({
      name: name(index),
      path: `/work/qwen/${name(index)}`,
      size: bytes / files + 4096,
      tensors: Math.ceil(tensors.names.length / files),
    })),
    tied: { embedding: 'model.embed_tokens.weight', head: 'lm_head.weight' },
    tokenizer: {
      vocabulary: 151665,
      rows: 151936,
      class: 'Qwen2Tokenizer',
      special: [['eos_token', '<|im_end|>']],
      template: 'tokenizer_config.json',
    },
    adapter: null,
    memory: {
      inference: { weights: bytes, cachePerToken: 12288, context: 4096, total: bytes + 12288 * 4096 },
      steering: { memory: 4e8, disk: bytes },
      basis: ['Weights as stored, and keys and values of every token.'],
    },
    provenance: {
      steering: null,
      direction: null,
      card: { baseModels: ['Qwen/Qwen2.5-0.5B'], license: 'apache-2.0', library: null, tags: ['chat'] },
    },
    metadata: [['format', 'pt']],
    checkpoints: [],
    tensors,
  };
}

/** Values that lie around 0 as those of trained weights do. */
function sampleStatistics(name: string, shape: readonly number[]): TensorStatistics {
  const elements = shape.reduce((product, size) => product * size, 1);
  const bins = 200;
  const bell = (from: number, to: number) => {
    const at = (bin: number) => (from + ((bin + 0.5) * (to - from)) / bins) / 0.03;
    const counts = Float64Array.from({ length: bins }, (_, bin) =>
      Math.round(elements * 0.01 * Math.exp(-(at(bin) ** 2) / 2)),
    );
    return { from, to, counts, below: from > -0.2 ? 120 : 0, above: from > -0.2 ? 98 : 0 };
  };
  return {
    name,
    dtype: 'BF16',
    shape,
    elements,
    byteCounts: null,
    unknown: null,
    values: {
      finite: elements,
      nan: 0,
      positiveInfinite: 0,
      negativeInfinite: 0,
      zeros: 312,
      negativeZeros: 12,
      subnormal: 0,
      min: -0.412109375,
      max: 0.388671875,
      mean: 1.24e-5,
      standardDeviation: 0.0302,
      norm: 28.1,
      quantiles: Float64Array.from(quantileLevels, (level) => (level - 0.5) / 5),
      resolution: 0,
      whole: bell(-0.412, 0.389),
      central: bell(-0.093, 0.093),
      magnitudes: null,
      rows: shape.length === 2 ? axis(shape[0] ?? 1) : null,
      columns: shape.length === 2 ? axis(shape[1] ?? 1) : null,
    },
  };
}

function axis(count: number) {
  const norms = Float64Array.from(
    { length: Math.min(count, 500) },
    (_, bin) => 1 + 0.3 * Math.sin(bin / 7) ** 4,
  );
  return { count, perBin: Math.ceil(count / 500), norms, largest: norms.map((norm) => norm * 1.1) };
}

function samplePicture(width: number, height: number, exact: boolean): TensorPicture {
  const value = (index: number) =>
    Math.sin((index % width) / 9) * Math.cos(Math.floor(index / width) / 6) * 0.03;
  const mean = Float32Array.from(
    { length: width * height },
    (_, index) => value(index) + ((index * 7919) % 97) / 5000,
  );
  mean[0] = Number.NaN;
  return { width, height, exact, mean, maxAbs: mean.map((each) => Math.abs(each) * 3) };
}

/** A server with this model, whose tensors have made-up values. */
export function viewerServer(
  model: OpenedModel,
): (request: PanelRequest<PanelMethod>) => Outcome<unknown> | undefined {
  const shapeOf = (name: string) => {
    const row = model.tensors.names.indexOf(name);
    return shapeAt(model.tensors, row);
  };
  return ({ method, params }) => {
    if (method === 'models/open') return { ok: true, value: model };
    if (!('name' in params)) return undefined;
    if (method === 'tensor/statistics')
      return { ok: true, value: sampleStatistics(params.name, shapeOf(params.name)) };
    if (!('rows' in params)) return undefined;
    const { rows, columns } = params;
    const [height, width] = [rows.end - rows.start, columns.end - columns.start];
    if ('width' in params) {
      const cells = [Math.min(width, params.width), Math.min(height, params.height)] as const;
      return { ok: true, value: samplePicture(...cells, cells[0] === width && cells[1] === height) };
    }
    const values = Float64Array.from({ length: width * height }, (_, index) => (index - 40) / 512);
    return {
      ok: true,
      value: { values, bytes: 'bytes' in params && params.bytes ? new Uint8Array(2 * values.length) : null },
    };
  };
}
