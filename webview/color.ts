/** sRGB, 0 … 255, and alpha 0 … 1. */
export interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/** The two notations in which VS Code hands colours to pages: `#rgb…` and `rgb(…)`; else undefined. */
export function parseColor(text: string): Color | undefined {
  const hex = /^#([\da-f]{3,8})$/i.exec(text.trim())?.[1];
  if (hex !== undefined) return fromHex(hex);
  const parts = /^rgba?\(([^)]+)\)$/i
    .exec(text.trim())?.[1]
    ?.split(/[\s,/]+/)
    .map(Number);
  return parts !== undefined && parts.length >= 3 && parts.every(Number.isFinite)
    ? fromParts(parts)
    : undefined;
}

/** `#rrggbb`; what shines through must have been mixed in before. */
export function toHex({ red, green, blue }: Color): string {
  return `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

/** A step of `share` from one colour to another, through Oklab, in which equal steps look equal (Ottosson, 2020). */
export function mix(from: Color, to: Color, share: number): Color {
  const solid = over(to, from);
  const a = toOklab(from);
  const b = toOklab(solid);
  return fromOklab(a.map((value, index) => value + share * ((b[index] ?? value) - value)));
}

function over(front: Color, back: Color): Color {
  const blend = (a: number, b: number) => a * front.alpha + b * (1 - front.alpha);
  return {
    red: blend(front.red, back.red),
    green: blend(front.green, back.green),
    blue: blend(front.blue, back.blue),
    alpha: 1,
  };
}

function fromHex(hex: string): Color | undefined {
  const long = hex.length <= 4 ? hex.replaceAll(/./g, '$&$&') : hex;
  if (long.length !== 6 && long.length !== 8) return undefined;
  const parts = (long.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  return fromParts(parts.map((part, index) => (index === 3 ? part / 255 : part)));
}

function fromParts([red = 0, green = 0, blue = 0, alpha = 1]: readonly number[]): Color {
  return { red, green, blue, alpha };
}

function toOklab({ red, green, blue }: Color): number[] {
  const [r, g, b] = [red, green, blue].map(toLinear);
  const cones = multiply(conesOfRgb, [r ?? 0, g ?? 0, b ?? 0]).map(Math.cbrt);
  return multiply(labOfCones, cones);
}

function fromOklab(lab: readonly number[]): Color {
  const cones = multiply(conesOfLab, lab).map((value) => value ** 3);
  return fromParts([...multiply(rgbOfCones, cones).map(fromLinear), 1]);
}

function multiply(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0));
}

function toLinear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function fromLinear(value: number): number {
  const share = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
  return 255 * Math.min(1, Math.max(0, share));
}

const conesOfRgb = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const labOfCones = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
const conesOfLab = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
];
const rgbOfCones = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
];
