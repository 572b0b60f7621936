// Protocol buffers: a field is its number and wire type, then a varint (type 0), four bytes (type 5) or a length and bytes (type 2).

/** A message, as bytes, of its encoded fields. */
export function message(...fields: readonly (readonly number[])[]): readonly number[] {
  return fields.flat();
}

/** A whole number within ±2⁵³; negative ones take ten bytes, as int64 does. */
export function integer(field: number, value: number): readonly number[] {
  return [...varint(field * 8), ...(value < 0 ? negative(value) : varint(value))];
}

export function text(field: number, value: string): readonly number[] {
  return nested(field, [...new TextEncoder().encode(value)]);
}

/** A float32. */
export function float(field: number, value: number): readonly number[] {
  return [...varint(field * 8 + 5), ...new Uint8Array(Float32Array.of(value).buffer)];
}

export function nested(field: number, bytes: readonly number[]): readonly number[] {
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function negative(value: number): readonly number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) + 128);
  return [...bytes, Number(rest)];
}
