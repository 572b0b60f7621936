import {
  base0At,
  base1At,
  blockBytes,
  blockElements,
  delta0At,
  delta1At,
  squaresAt,
  stillsAt,
  sumOfSingles,
  sumOfWords,
} from './block';

/** Where the squares of changes add up to less, some could have vanished. */
const leastSquares: f64 = 8.077935669463161e-28; // 2⁻⁹⁰

/**
 * Adds to the first five of a contrast's seven sums what was written of a block, which is all finite. In float32, of
 * which one lane takes 64 elements; returns false, with nothing added, where that loses a sum. A pass of its own: with
 * rounding in one loop, the processor runs out of registers.
 */
export function gather(scratch: usize, strength: f64, target: usize, statistics: usize, nil: i32): bool {
  const upper = i32x4.splat(0xffff0000 ^ nil);
  const zero = i32x4.splat(0);
  let unmoved = zero;
  let changes = zero;
  let products = zero;
  for (let at: usize = 0; at < blockBytes; at += 16) {
    const from = scratch + at;
    const written = v128.load(target + at);
    const change0 = f32x4.sub(i32x4.shl(written, 16), v128.load(from, base0At));
    const change1 = f32x4.sub(v128.and(written, upper), v128.load(from, base1At));
    const product0 = f32x4.mul(v128.load(from, delta0At), change0);
    const product1 = f32x4.mul(v128.load(from, delta1At), change1);
    unmoved = i32x4.sub(unmoved, i32x4.add(f32x4.eq(change0, zero), f32x4.eq(change1, zero)));
    changes = f32x4.add(changes, f32x4.add(f32x4.mul(change0, change0), f32x4.mul(change1, change1)));
    products = f32x4.add(products, f32x4.add(product0, product1));
  }
  const realised = <f64>sumOfSingles(changes);
  const unchanged = sumOfWords(unmoved);
  if (realised < leastSquares && unchanged < blockElements) return false;
  const stills = load<i32>(scratch, stillsAt);
  add(statistics, strength * strength * load<f64>(scratch, squaresAt));
  add(statistics + 8, realised);
  add(statistics + 16, strength * <f64>sumOfSingles(products));
  add(statistics + 24, <f64>(blockElements - stills));
  add(statistics + 32, <f64>(unchanged - stills));
  return true;
}

// @ts-ignore: decorator
@inline function add(sum: usize, value: f64): void {
  store<f64>(sum, load<f64>(sum) + value);
}
