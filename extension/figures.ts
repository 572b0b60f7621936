/** What stands where there is no number. */
const missing = '–';

/** Three significant digits, thin spaces between thousands: `0.500`, `12.3`, `4 567`, `1.23e−5`. */
export function significant(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return missing;
  const magnitude = Math.abs(value);
  if (magnitude === 0) return '0';
  if (magnitude < 1e-3 || magnitude >= 1e9) return minus(value.toExponential(2));
  return magnitude < 999.5 ? minus(value.toPrecision(3)) : grouped(value);
}

/** A share of 1 as `12.3 %`; `99.97 %` is not rounded up to all. */
export function percent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return missing;
  const isNearlyAll = share !== 1 && Math.abs(share - 1) < 0.005;
  return `${isNearlyAll ? Number((100 * share).toFixed(2)) : significant(100 * share)} %`;
}

/** A whole number with its thousands apart: `1 009 280`. */
export function grouped(value: number): string {
  return minus(value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, '\u2009'));
}

/** In powers of 1000, as disks and the Hub count: `2.02 MB`. */
export function bytes(count: number): string {
  const power = powerOf(count, 5);
  return power === 0 ? `${count} B` : `${(count / 1000 ** power).toPrecision(3)} ${'kMGTP'[power - 1]}B`;
}

/** As models are called: `494M`, `7.62B`. */
export function parameters(count: number): string {
  const power = powerOf(count, 4);
  return power === 0 ? String(count) : `${(count / 1000 ** power).toPrecision(3)}${'kMBT'[power - 1]}`;
}

/** A strength as people write it, with a real minus: `1.5`, `−1`. */
export function strengthText(strength: number): string {
  return minus(String(strength));
}

function powerOf(count: number, largest: number): number {
  return count < 999.5 ? 0 : Math.min(largest, Math.floor(Math.log10(count * 1.0005) / 3));
}

function minus(text: string): string {
  return text.replaceAll('-', '−');
}
