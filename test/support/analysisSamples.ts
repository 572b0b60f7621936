import type { AnalysisProgress } from '#protocol/analysis.ts';
import type { AnalyzeResult, TensorAnalysis } from '#protocol/results.ts';
import type { ModuleGroup } from '#protocol/tensors.ts';
import { rollUp } from '../../server/analysis/rollUp.ts';
import { energies } from '../../server/analysis/spectrum.ts';
import { seeded } from './seeded.ts';

interface Options {
  readonly layers: number;
  /** Absent: there is one, and relative norms with it. */
  readonly hasBase?: boolean;
  /** With embeddings, a head and norms, all dense. */
  readonly isWhole?: boolean;
}

const modules: readonly (readonly [path: string, group: ModuleGroup])[] = [
  ['self_attn.q_proj', 'attention'],
  ['self_attn.k_proj', 'attention'],
  ['self_attn.v_proj', 'attention'],
  ['self_attn.o_proj', 'attention'],
  ['mlp.gate_proj', 'mlp'],
  ['mlp.up_proj', 'mlp'],
  ['mlp.down_proj', 'mlp'],
];

/** An analysis of a made-up model that looks like one: more in the middle layers, and in some modules. */
export function sampleAnalysis({ layers, hasBase = true, isWhole = false }: Options): AnalyzeResult {
  const random = seeded(layers + 1);
  const tensors: TensorAnalysis[] = [];
  if (isWhole) tensors.push(dense('model.embed_tokens.weight', null, 'embeddings', 1.4, hasBase));
  for (let layer = 0; layer < layers; layer++) {
    const depth = Math.exp(-(((layer - 0.55 * layers) / (0.3 * layers + 0.5)) ** 2));
    for (const [index, [path, group]] of modules.entries()) {
      const norm = (0.2 + 0.9 * depth) * (0.4 + 0.12 * index) * (0.7 + 0.6 * random());
      tensors.push(lowRank(`model.layers.${layer}.${path}.weight`, layer, group, norm, hasBase));
    }
    if (isWhole) {
      for (const name of ['input_layernorm', 'post_attention_layernorm'])
        tensors.push(dense(`model.layers.${layer}.${name}.weight`, layer, 'norms', 0.02 * random(), hasBase));
    }
  }
  if (isWhole) tensors.push(dense('lm_head.weight', null, 'head', 1.1, hasBase));
  const norm = Math.hypot(...tensors.map((tensor) => tensor.norm ?? 0));
  const whole = tensors.map((tensor) => ({ ...tensor, share: ((tensor.norm ?? 0) / norm) ** 2 }));
  return {
    name: 'honest',
    norm,
    layers,
    tensors: whole,
    rollups: rollUp(whole),
    contrast: [
      { name: 'honest', cosine: 0.31, positiveNorm: 3.1, negativeNorm: 2.8, ratio: 3.1 / 2.8, common: 0.72 },
    ],
    inputs: null,
    truncation: [],
  };
}

/** What is said of an analysis before it starts. */
export function planOf({
  name,
  layers,
  tensors,
}: AnalyzeResult): Extract<AnalysisProgress, { kind: 'plan' }> {
  const places = tensors.map(({ name, layer, module, group, shape, rank }) => ({
    name,
    layer,
    module,
    group,
    shape,
    rank,
  }));
  return { kind: 'plan', name, layers, tensors: places, files: ['/models/base/model.safetensors'] };
}

function lowRank(
  name: string,
  layer: number,
  group: ModuleGroup,
  norm: number,
  hasBase: boolean,
): TensorAnalysis {
  const rank = 32;
  const raw = Array.from({ length: rank }, (_, index) => Math.exp(-index / (3 + (layer % 5))));
  const scale = norm / Math.hypot(...raw);
  const singularValues = raw.map((value) => value * scale);
  const whole = singularValues.reduce((sum, value) => sum + value, 0);
  const entropy = -singularValues.reduce((sum, value) => sum + (value / whole) * Math.log(value / whole), 0);
  return {
    ...dense(name, layer, group, norm, hasBase),
    rank,
    stableRank: norm ** 2 / singularValues[0]! ** 2,
    effectiveRank: Math.exp(entropy),
    singularValues,
    energy: energies(singularValues),
    spectrum: 'factors',
  };
}

function dense(
  name: string,
  layer: number | null,
  group: ModuleGroup,
  norm: number,
  hasBase: boolean,
): TensorAnalysis {
  const baseNorm = hasBase ? 40 : null;
  return {
    name,
    layer,
    module: name
      .replace(/\.weight$/, '')
      .split('.')
      .at(-1)!,
    group,
    shape: name.includes('norm') ? [896] : [896, 4864],
    norm,
    baseNorm,
    relativeNorm: baseNorm === null ? null : norm / baseNorm,
    rank: null,
    stableRank: null,
    effectiveRank: null,
    share: null,
    singularValues: null,
    energy: null,
    spectrum: null,
    spectrumError: null,
  };
}
