import { ConfigFields, isAlpha } from '../../models/configFields.ts';
import type { JsonObject } from '../../models/jsonFile.ts';
import type { Decoder } from '../decoder.ts';
import type { DecoderConfig } from './decoderConfig.ts';
import { scaledFrequencies } from './ropeScaling.ts';

export type Turning = Pick<Decoder, 'ropes' | 'positions'>;

/** Of one head; real models have 64 to 256, and a table of what a file claims would take all memory. */
const widest = 2 ** 16;

export interface RopeOf {
  /** Of a head. */
  readonly width: number;
  /** Where nothing is said. */
  readonly theta?: number;
  /** The share of a head that turns, where nothing is said. */
  readonly part?: number;
  /** Where `rope_parameters` says nothing: fields of the configuration. */
  readonly names?: { readonly theta?: string; readonly part?: string };
}

/**
 * Rotary positions as `rope_parameters` says, or as it was before transformers 5, `rope_scaling` and fields beside it.
 * `unsupported-format` for scalings that are not known.
 */
export function ropeOf(config: DecoderConfig, of: RopeOf): Turning {
  return ropeFrom(config, config.object('rope_scaling') ?? config.object('rope_parameters') ?? {}, of);
}

/** The same from other parameters, such as those of one kind of layers. */
export function ropeFrom(config: DecoderConfig, parameters: JsonObject, of: RopeOf): Turning {
  const fields = new ConfigFields(config.path, parameters);
  const said = (name: string, older: string, absent: number) =>
    fields.number(name, config.real(older, absent), 'a finite number', isAlpha);
  const { theta = 'rope_theta', part = 'partial_rotary_factor' } = of.names ?? {};
  const base = said('rope_theta', theta, of.theta ?? 10_000);
  const width = Math.trunc(of.width * said('partial_rotary_factor', part, of.part ?? 1));
  if (width > widest) throw config.refuse(`has heads of ${width} numbers; at most ${widest} are computed`);
  const plain = Array.from({ length: Math.ceil(width / 2) }, (_, at) => base ** ((-2 * at) / width));
  const { frequencies, factor, positions } = scaledFrequencies(config, parameters, { plain, base, width });
  return { ropes: [{ frequencies: frequencies.map(Math.fround), factor }], positions };
}
