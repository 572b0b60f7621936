import type { Decoder } from '../decoder.ts';
import type { DecoderConfig } from './decoderConfig.ts';

/** What a configuration of one architecture says is to be computed; refuses what it may say and is not computed. */
export type Architecture = (config: DecoderConfig) => Decoder;
