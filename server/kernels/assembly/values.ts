/**
 * Values of the element type `T` as float64. Elements of 8 and 16 bits are looked up in a table of all their values,
 * so that one function serves whatever their bits mean; wider ones are numbers that WebAssembly has.
 */
// @ts-ignore: decorator
@inline export function valueAt<T>(source: usize, table: usize): f64 {
  if (sizeof<T>() <= 2) return load<f64>(table + (<usize>load<T>(source) << 3));
  return <f64>load<T>(source);
}

/** Two neighbours. */
// @ts-ignore: decorator
@inline export function pairAt<T>(source: usize, table: usize): v128 {
  if (sizeof<T>() <= 2) {
    const first = v128.load64_zero(table + (<usize>load<T>(source) << 3));
    return v128.load64_lane(table + (<usize>load<T>(source, sizeof<T>()) << 3), first, 1);
  }
  if (isFloat<T>()) {
    if (sizeof<T>() == 8) return v128.load(source);
    return f64x2.promote_low_f32x4(v128.load64_zero(source));
  }
  const first = f64x2.splat(<f64>load<T>(source));
  return f64x2.replace_lane(first, 1, <f64>load<T>(source, sizeof<T>()));
}
