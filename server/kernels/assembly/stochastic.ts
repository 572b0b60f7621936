import { limit, nearest, spacing } from './nearest';
import { isAmbiguous } from './round';
import { settle } from './rounding';

/** SplitMix64's increment and output function (Steele, Lea, Flood 2014; Stafford's variant 13 of the mix). */
const increment: u64 = 0x9e3779b97f4a7c15;

// @ts-ignore: decorator
@inline function mix(state: u64): u64 {
  let bits = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

/**
 * Element n draws number n + 1 of the SplitMix64 stream whose state is the mixed seed: 53 bits, uniform in [0, 1).
 */
// @ts-ignore: decorator
@inline function uniform(stream: u64, index: u64): f64 {
  return <f64>(mix(stream + (index + 1) * increment) >> 11) * 1.1102230246251565e-16; // 2⁻⁵³
}

/**
 * The neighbour farther from zero with the probability that |value| lies that far up between the two, which float64
 * holds exactly down to half the smallest subnormal (and within 2⁻⁵³ below). Values that the target holds stay; between
 * its largest value and infinity there is no chance to be right on average, so those round to nearest.
 */
// @ts-ignore: decorator
@inline function atRandom<T>(value: f64, random: f64): f64 {
  const rounded = nearest<T>(value);
  if (sizeof<T>() == 8 || rounded == value || rounded - rounded != 0) return rounded;
  const magnitude = abs<f64>(value);
  const step = spacing<T>(magnitude);
  const towards = abs<f64>(rounded);
  const below = towards > magnitude ? towards - step : towards;
  if (below + step >= limit<T>()) return rounded;
  return copysign<f64>(random < (magnitude - below) / step ? below + step : below, value);
}

export function roundAtRandom<T>(
  base: usize,
  offset: usize,
  delta: usize,
  bound: usize,
  strength: f64,
  count: i32,
  target: usize,
  statistics: usize,
  ambiguous: usize,
  seed: u32,
  first: f64,
): i32 {
  const stream = mix(<u64>seed + increment);
  const start = <u64>first;
  let found = 0;
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 3;
    const from = load<f64>(base + at);
    let requested = strength * load<f64>(delta + at);
    if (offset) requested = load<f64>(offset + at) + requested;
    const value = from + requested;
    const random = uniform(stream, start + i);
    let rounded: f64;
    if (bound) {
      const reach = load<f64>(bound + at);
      rounded = atRandom<T>(value - reach, random);
      if (isAmbiguous(value, rounded, atRandom<T>(value + reach, random))) {
        store<u32>(ambiguous + (<usize>(found++) << 2), i);
        continue;
      }
    } else rounded = atRandom<T>(value, random);
    settle<T>(from, requested, rounded, target + <usize>i * sizeof<T>(), statistics);
  }
  return found;
}
