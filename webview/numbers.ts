import { grouped, significant } from '#protocol/figures.ts';

/** For the ends of scales, which are round already: `5 %`, `0.25 %`. */
export function roundPercent(share: number): string {
  return `${plain(100 * share)} %`;
}

/** The shortest decimal of a round number. */
export function plain(value: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e9)) return significant(value);
  return grouped(Number(value.toPrecision(3)));
}

/** `8 s`, `3 min`, `1 h 5 min`: how long something will take, so not exact. */
export function duration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.round(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
