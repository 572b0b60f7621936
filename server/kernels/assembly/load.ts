import { decode, lower, quad, upper } from './decode';

export function loadScaled<T>(source: usize, count: i32, scale: f64, target: usize): void {
  const scales = f64x2.splat(scale);
  const fours = count & ~3;
  for (let i = 0; i < fours; i += 4) {
    const values = quad<T>(source);
    v128.store(target, f64x2.mul(scales, lower<T>(values)));
    v128.store(target, f64x2.mul(scales, upper<T>(values, source)), 16);
    source += 4 * sizeof<T>();
    target += 32;
  }
  for (let i = fours; i < count; i++) {
    store<f64>(target, scale * decode<T>(source));
    source += sizeof<T>();
    target += 8;
  }
}

export function accumulateScaled<T>(source: usize, count: i32, scale: f64, target: usize): void {
  const scales = f64x2.splat(scale);
  const fours = count & ~3;
  for (let i = 0; i < fours; i += 4) {
    const values = quad<T>(source);
    v128.store(target, f64x2.add(v128.load(target), f64x2.mul(scales, lower<T>(values))));
    v128.store(target, f64x2.add(v128.load(target, 16), f64x2.mul(scales, upper<T>(values, source))), 16);
    source += 4 * sizeof<T>();
    target += 32;
  }
  for (let i = fours; i < count; i++) {
    store<f64>(target, load<f64>(target) + scale * decode<T>(source));
    source += sizeof<T>();
    target += 8;
  }
}

export function accumulateBound(factor: f64, norms: usize, floor: f64, count: i32, target: usize): void {
  for (let i = 0; i < count; i++) {
    store<f64>(target, load<f64>(target) + (factor * load<f64>(norms) + floor));
    norms += 8;
    target += 8;
  }
}
