import type { Finding } from '#protocol/check.ts';
import { placeOf } from '../../models/placeOf.ts';
import { architectureOf } from '../architectures.ts';
import { finding, listed, mostListed } from '../finding.ts';
import { type JsonDocument, rangeOf } from '../jsonDocument.ts';
import { nodeAt } from '../json/plain.ts';
import { type Check, configOf } from '../survey.ts';

/** The number of layers, and that each has what the others have, for architectures whose layers are alike. */
export const checkLayers: Check = (survey) => {
  const config = configOf(survey);
  if (config === undefined || architectureOf(config.json)?.isUniform !== true || survey.tensors.size === 0)
    return [];
  if (survey.weights.some(({ file }) => file === undefined) || isPartial(survey)) return [];
  const layers = tensorsByLayer(survey.tensors.keys());
  return [...countProblem(config, layers), ...gaps(survey.folder, layers)];
};

/** A shard is missing: that has been said, and all else would follow from it. */
function isPartial({ index, names }: Parameters<Check>[0]): boolean {
  return index?.entries.some(({ file }) => !names.has(file)) ?? false;
}

type Layers = ReadonlyMap<number, ReadonlySet<string>>;

/** By layer, what stands behind its number in the names of its tensors. */
function tensorsByLayer(names: Iterable<string>): Layers {
  const layers = new Map<number, Set<string>>();
  for (const name of names) {
    const { layer } = placeOf(name);
    if (layer === undefined) continue;
    const part = name.slice(name.indexOf(`.${layer}.`) + `.${layer}.`.length);
    layers.set(layer, (layers.get(layer) ?? new Set()).add(part));
  }
  return layers;
}

function countProblem(config: JsonDocument, layers: Layers): readonly Finding[] {
  const field = ['num_hidden_layers', 'n_layer'].find((name) => typeof config.json[name] === 'number') ?? '';
  const node = nodeAt(config.root, field);
  const said = config.json[field];
  const count = Math.max(-1, ...layers.keys()) + 1;
  if (node === undefined || typeof said !== 'number' || said === count) return [];
  const message = `${field} is ${said}, but there are ${count} layers in the weights.`;
  return [
    finding(said > count ? 'missing-layers' : 'extra-layers', config.path, message, {
      range: rangeOf(config, node),
    }),
  ];
}

/** Buffers that only older versions of transformers wrote, some of them for some layers. */
const buffer = /(?:rotary_emb\.inv_freq|attn\.(?:masked_)?bias)$/;

function gaps(folder: string, layers: Layers): readonly Finding[] {
  const all = new Set(
    [...layers.values()].flatMap((parts) => [...parts]).filter((part) => !buffer.test(part)),
  );
  const found = [...all].flatMap((part) => {
    const without = [...layers].filter(([, parts]) => !parts.has(part)).map(([layer]) => layer);
    return without.length === 0 || without.length > layers.size / 2 ? [] : [missing(folder, part, without)];
  });
  return found.slice(0, mostListed);
}

function missing(folder: string, part: string, layers: readonly number[]): Finding {
  const numbers = listed(layers.map(String), 5).replaceAll('"', '');
  const which = layers.length === 1 ? `Layer ${numbers} has` : `Layers ${numbers} have`;
  return finding('missing-tensor', folder, `${which} no ${part}, which the other layers have.`, {
    tensor: part,
  });
}
