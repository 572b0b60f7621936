import { ConfigFields, isAlpha } from '../../models/configFields.ts';
import type { JsonObject } from '../../models/jsonFile.ts';
import type { Positions } from '../decoder.ts';
import type { DecoderConfig } from './decoderConfig.ts';

interface Plain {
  /** base^(−2i/width) for each plane i. */
  readonly plain: readonly number[];
  readonly base: number;
  readonly width: number;
}

interface Scaled {
  readonly frequencies: readonly number[];
  readonly factor: number;
  readonly positions: Positions;
}

type Scaling = (of: Plain, fields: ScalingFields) => Scaled;

const anywhere: Positions = { longest: Infinity, why: '' };

/** As in transformers 5.23, `modeling_rope_utils.py`. */
const scalings = new Map<string, Scaling>([
  ['default', ({ plain }) => ({ frequencies: plain, factor: 1, positions: anywhere })],
  ['linear', linear],
  ['dynamic', dynamic],
  ['llama3', llama3],
  ['yarn', yarn],
  ['longrope', longrope],
  ['su', longrope],
]);

/** Frequencies of a scaling by its name. `unsupported-format` for one that is not known. */
export function scaledFrequencies(config: DecoderConfig, parameters: JsonObject, plain: Plain): Scaled {
  const type = parameters['rope_type'] ?? parameters['type'] ?? 'default';
  const scaling = typeof type === 'string' ? scalings.get(type) : undefined;
  if (scaling === undefined)
    throw config.refuse(
      `scales its positions (${JSON.stringify(type)}); ${[...scalings.keys()].join(', ')} are known`,
    );
  return scaling(plain, new ScalingFields(config, parameters));
}

/** What a scaling is told, and of the lengths that it is about. */
class ScalingFields {
  readonly #config: DecoderConfig;
  readonly #parameters: JsonObject;
  readonly #fields: ConfigFields;

  constructor(config: DecoderConfig, parameters: JsonObject) {
    this.#config = config;
    this.#parameters = parameters;
    const said = Object.entries(parameters).filter(([, value]) => value !== null);
    this.#fields = new ConfigFields(config.path, Object.fromEntries(said));
  }

  /** NaN, which is refused, where neither the file nor `absent` says a number. */
  real(name: string, absent = Number.NaN): number {
    return this.#fields.number(name, absent, 'a finite number', isAlpha);
  }

  has(name: string): boolean {
    return typeof this.#parameters[name] === 'number';
  }

  reals(name: string, count: number): readonly number[] {
    const value = this.#parameters[name];
    const numbers: readonly unknown[] = Array.isArray(value) ? value : [];
    const found = numbers.filter(isAlpha);
    if (found.length === count && numbers.length === count) return found;
    throw this.#config.refuse(`has a ${name} of ${numbers.length} numbers where ${count} are due`);
  }

  /** The configuration's own goes before that of the scaling, as in transformers. */
  original(): number {
    const name = 'original_max_position_embeddings';
    return this.#config.real(name, this.has(name) ? this.real(name) : this.longest());
  }

  longest(): number {
    return this.#config.whole('max_position_embeddings');
  }

  truncates(): boolean {
    return this.#parameters['truncate'] !== false;
  }
}

function linear({ plain }: Plain, fields: ScalingFields): Scaled {
  const by = fields.real('factor');
  return { frequencies: plain.map((each) => each / by), factor: 1, positions: anywhere };
}

/** Frequencies change with the length beyond the trained one, under a cache that has the old ones. */
function dynamic({ plain }: Plain, fields: ScalingFields): Scaled {
  const why = ' before its dynamic scaling begins, which generation does not compute';
  return { frequencies: plain, factor: 1, positions: { longest: fields.longest(), why } };
}

function llama3({ plain }: Plain, fields: ScalingFields): Scaled {
  const [by, low, high] = ['factor', 'low_freq_factor', 'high_freq_factor'].map((name) => fields.real(name));
  const scaled = plain.map((frequency) => {
    const turns = (fields.original() * frequency) / (2 * Math.PI);
    const kept = clamped((turns - (low ?? 0)) / ((high ?? 0) - (low ?? 0)));
    return kept * frequency + ((1 - kept) * frequency) / (by ?? 1);
  });
  return { frequencies: scaled, factor: 1, positions: anywhere };
}

/** Peng et al. 2023. */
function yarn({ plain, base, width }: Plain, fields: ScalingFields): Scaled {
  const original = fields.original();
  const by = fields.real('factor', fields.longest() / original);
  const planeOf = (turns: number) =>
    (width * Math.log(original / (turns * 2 * Math.PI))) / (2 * Math.log(base));
  const [first, last] = [planeOf(fields.real('beta_fast', 32)), planeOf(fields.real('beta_slow', 1))];
  const low = Math.max(fields.truncates() ? Math.floor(first) : first, 0);
  const high = Math.min(fields.truncates() ? Math.ceil(last) : last, width - 1);
  const span = high === low ? 0.001 : high - low;
  const frequencies = plain.map((frequency, plane) => {
    const scaled = clamped((plane - low) / span);
    return (frequency / by) * scaled + frequency * (1 - scaled);
  });
  return { frequencies, factor: yarnFactor(by, fields), positions: anywhere };
}

function yarnFactor(by: number, fields: ScalingFields): number {
  const of = (scale: number) => (by <= 1 ? 1 : 0.1 * scale * Math.log(by) + 1);
  const [own, all] = [fields.real('mscale', 0), fields.real('mscale_all_dim', 0)];
  return fields.real('attention_factor', own !== 0 && all !== 0 ? of(own) / of(all) : of(1));
}

/** Ding et al. 2024. All frequencies change beyond the trained length, under a cache that has the old ones. */
function longrope({ plain }: Plain, fields: ScalingFields): Scaled {
  const original = fields.original();
  const by = fields.real('factor', fields.longest() / original);
  const shorter = fields.reals('short_factor', plain.length);
  const factor = by <= 1 ? 1 : Math.sqrt(1 + Math.log(by) / Math.log(original));
  const why = ' before its long factors begin, which generation does not compute';
  return {
    frequencies: plain.map((frequency, plane) => frequency / (shorter[plane] ?? 1)),
    factor: fields.real('attention_factor', factor),
    positions: { longest: original, why },
  };
}

function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}
