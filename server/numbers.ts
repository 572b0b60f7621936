/** What stands where there is no number. */
const missing = '–';

/** Three significant digits, trailing zeros kept so that columns compare: `0.500`, `12.3`, `4,567`, `1.23e-5`. */
export function significant(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return missing;
  const magnitude = Math.abs(value);
  if (magnitude === 0) return '0';
  if (magnitude < 1e-3 || magnitude >= 1e9) return value.toExponential(2);
  return magnitude < 999.5 ? value.toPrecision(3) : grouped(value);
}

/** A share of 1 as `12.3 %`; `99.97 %` is not rounded up to all. */
export function percent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return missing;
  const isNearlyAll = share !== 1 && Math.abs(share - 1) < 0.005;
  return `${isNearlyAll ? Number((100 * share).toFixed(2)) : significant(100 * share)} %`;
}

/** A whole number with its thousands apart: `1,009,280`. */
export function grouped(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 tensor`, `1,200 tensors`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
