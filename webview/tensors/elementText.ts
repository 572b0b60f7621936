/** How many significant digits tell every two values of a dtype apart. */
const digits: Readonly<Record<string, number>> = { F64: 17, F32: 9, F16: 5, BF16: 4 };

/** A value as exactly as its dtype has it, with a real minus. */
export function valueText(value: number, dtype: string): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const precise = Number(value.toPrecision(digits[dtype] ?? 17));
  const text = Object.is(value, -0) ? '-0' : String(precise);
  return text.replaceAll('-', '−').replace('e+', 'e');
}

/** An element's bytes in the order of the file; nothing where elements are smaller than a byte. */
export function bytesText(
  bytes: Uint8Array,
  { row, column, height, width }: Readonly<Record<'row' | 'column' | 'height' | 'width', number>>,
): string {
  const each = bytes.length / Math.max(1, height * width);
  if (!Number.isInteger(each)) return '';
  const start = (row * width + column) * each;
  return [...bytes.subarray(start, start + each)]
    .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
    .join(' ');
}
