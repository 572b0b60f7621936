const units = new Map([
  ['B', 1],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['KIB', 2 ** 10],
  ['MIB', 2 ** 20],
  ['GIB', 2 ** 30],
  ['TIB', 2 ** 40],
]);

/** `5GB`, `500 MB`, `2GiB`: as Hugging Face tools read them, GB is 10⁹ and GiB 2³⁰ bytes. Without flags, which JSON Schema has not. */
export const sizePattern = /^\s*(\d+(?:\.\d+)?)\s*([KMGTkmgt]?[Ii]?[Bb])\s*$/;

/** Whole bytes; undefined where the text is no size, or less than one byte. */
export function byteCount(size: string | number): number | undefined {
  const [, digits, unit = 'B'] = typeof size === 'number' ? ['', size] : (sizePattern.exec(size) ?? []);
  const bytes = Math.floor(Number(digits) * (units.get(String(unit).toUpperCase()) ?? NaN));
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
