/** What stands where there is no number. */
const missing = '–';
const minus = '−';
const thinSpace = '\u2009';

/** Three significant digits, thousands apart: `0.500`, `12.3`, `4 567`, `1.23e−5`. */
export function significant(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return missing;
  const magnitude = Math.abs(value);
  if (magnitude === 0) return '0';
  if (magnitude < 1e-3 || magnitude >= 1e9)
    return value.toExponential(2).replaceAll('-', minus).replace('+', '');
  return (magnitude < 999.5 ? value.toPrecision(3) : grouped(Math.round(value))).replace('-', minus);
}

/** A share of 1 as `12.3 %`; never `0 %` unless it is nothing. */
export function percent(share: number | null): string {
  return share === null || !Number.isFinite(share) ? missing : `${significant(100 * share)} %`;
}

/** For the ends of scales, which are round already: `5 %`, `0.25 %`. */
export function roundPercent(share: number): string {
  return `${plain(100 * share)} %`;
}

/** The shortest decimal of a round number. */
export function plain(value: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e9)) return significant(value);
  return grouped(Number(value.toPrecision(3))).replace('-', minus);
}

/** Numbers as they are, with a thin space between thousands. */
export function grouped(value: number): string {
  const [whole = '', decimals] = String(value).split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, thinSpace);
  return decimals === undefined ? apart : `${apart}.${decimals}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** In powers of 1000, as disks count: `412 MB`. */
export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count * 1.0005) / 3));
  const value = count / 1000 ** power;
  return `${power === 0 ? Math.round(value) : value.toPrecision(3)} ${units[power]}`;
}

/** As models are called: `494M`, `7.62B`. */
export function parameters(count: number): string {
  const power = count < 999.5 ? 0 : Math.min(4, Math.floor(Math.log10(count * 1.0005) / 3));
  return power === 0 ? String(count) : `${(count / 1000 ** power).toPrecision(3)}${'kMBT'[power - 1] ?? ''}`;
}

/** `8 s`, `3 min`, `1 h 5 min`: how long something will take, so not exact. */
export function duration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.round(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
