/** What stands where there is no number. */
const missing = '–';
const thinSpace = '\u2009';

/** Three significant digits, trailing zeros kept so that columns compare: `0.500`, `12.3`, `4 567`, `1.23e−5`. */
export function significant(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return missing;
  const magnitude = Math.abs(value);
  if (magnitude === 0) return '0';
  if (magnitude < 1e-3 || magnitude >= 1e9) return minus(value.toExponential(2)).replace('+', '');
  return magnitude < 999.5 ? minus(value.toPrecision(3)) : grouped(Math.round(value));
}

/** A power of ten, or a small multiple of one, beside a logarithmic axis: `0.01`, `1`, `1e−4`. */
export function decade(value: number): string {
  const round = Number(value.toPrecision(1));
  if (round >= 1e-3 && round < 1e4) return String(round);
  return minus(round.toExponential(0)).replace('+', '');
}

/** A share of 1 as `12.3 %`; `99.97 %` is not rounded up to all. */
export function percent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return missing;
  const isNearlyAll = share !== 1 && Math.abs(share - 1) < 0.005;
  return `${isNearlyAll ? Number((100 * share).toFixed(2)) : significant(100 * share)} %`;
}

/** A number as it is, with a thin space between thousands: `1 009 280`. */
export function grouped(value: number): string {
  const [whole = '', decimals] = minus(String(value)).split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, thinSpace);
  return decimals === undefined ? apart : `${apart}.${decimals}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** In powers of 1000, as disks and the Hub count: `2.02 MB`. */
export function bytes(count: number): string {
  const power = powerOf(count, units.length - 1);
  return `${power === 0 ? count : (count / 1000 ** power).toPrecision(3)} ${units[power]}`;
}

/** As models are called: `494M`, `7.62B`. */
export function parameters(count: number): string {
  const power = powerOf(count, 4);
  return power === 0 ? String(count) : `${(count / 1000 ** power).toPrecision(3)}${'kMBT'[power - 1]}`;
}

/** The power of 1000 that leaves at most three digits before the point once it is rounded. */
function powerOf(count: number, largest: number): number {
  return count < 999.5 ? 0 : Math.min(largest, Math.floor(Math.log10(count * 1.0005) / 3));
}

function minus(text: string): string {
  return text.replaceAll('-', '−');
}
