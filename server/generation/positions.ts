import { ServerError } from '../errors.ts';
import type { GraphTensor } from '../work/graphSession.ts';
import type { Decoder } from './decoder.ts';
import { causalMask } from './masks.ts';

/**
 * What a decoder's graph asks about places: `mask.0` … for each window, `cos.0` and `sin.0` … [length, planes] for each
 * kind of rotary positions, and `positions` where they are learned. `too-large` beyond the last position that the model has.
 */
export function positionInputs(
  decoder: Pick<Decoder, 'path' | 'ropes' | 'windows' | 'positions'>,
  past: number,
  length: number,
): Record<string, GraphTensor> {
  const { positions, ropes, windows } = decoder;
  refuseTooLong(decoder, past + length);
  const places = Array.from({ length }, (_, index) => past + index);
  const learned = { data: BigInt64Array.from(places, BigInt), shape: [length] };
  return Object.fromEntries<GraphTensor>([
    ...windows.map((window, at) => [`mask.${at}`, causalMask(past, length, window)] as const),
    ...ropes.flatMap((rope, at) => [
      [`cos.${at}`, waves(rope, places, Math.cos)] as const,
      [`sin.${at}`, waves(rope, places, Math.sin)] as const,
    ]),
    ...(positions.table !== undefined ? [['positions', learned] as const] : []),
  ]);
}

/** `too-large` where a text has more tokens than the model has positions. */
export function refuseTooLong(
  { path, positions }: Pick<Decoder, 'path' | 'positions'>,
  tokens: number,
): void {
  if (tokens <= positions.longest) return;
  const problem = `has ${positions.longest} positions${positions.why}; ${tokens} tokens do not fit`;
  throw new ServerError('too-large', path, problem);
}

/** Rounded to float32 where transformers does: frequency, angle, cosine. */
function waves(
  { frequencies, factor }: Decoder['ropes'][number],
  places: readonly number[],
  wave: (angle: number) => number,
): GraphTensor {
  const values = places.flatMap((place) =>
    frequencies.map((frequency) => factor * Math.fround(wave(Math.fround(place * frequency)))),
  );
  return { data: Float32Array.from(values), shape: [places.length, frequencies.length] };
}
