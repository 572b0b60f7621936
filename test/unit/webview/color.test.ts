import { expect, test } from 'vitest';
import { mix, parseColor, toHex } from '../../../webview/color.ts';

const black = { red: 0, green: 0, blue: 0, alpha: 1 };

test.each([
  ['#fff', { red: 255, green: 255, blue: 255, alpha: 1 }],
  ['#1a85ff', { red: 26, green: 133, blue: 255, alpha: 1 }],
  ['#00000080', { red: 0, green: 0, blue: 0, alpha: 128 / 255 }],
  ['rgba(41, 41, 41, 0.7)', { red: 41, green: 41, blue: 41, alpha: 0.7 }],
  ['rgb(1 2 3)', { red: 1, green: 2, blue: 3, alpha: 1 }],
  ['', undefined],
  ['inherit', undefined],
  ['#12345', undefined],
])('reads %j as VS Code writes it', (text, color) => expect(parseColor(text)).toEqual(color));

test('the ends of a scale are its colours', () => {
  const blue = parseColor('#57a3f8') ?? black;
  expect(toHex(mix(black, blue, 0))).toBe('#000000');
  expect(toHex(mix(black, blue, 1))).toBe('#57a3f8');
});

// In Oklab the middle of black and white has lightness 0.5, which is sRGB 0.3886 (Ottosson, 2020).
test('the middle of black and white is the grey that looks like the middle', () => {
  const white = parseColor('#ffffff') ?? black;
  expect(mix(black, white, 0.5).red).toBeCloseTo(255 * 0.3886, 0);
});

test('what shines through is mixed with what is under it', () => {
  const half = { red: 255, green: 255, blue: 255, alpha: 0.6 };
  expect(toHex(mix(black, half, 1))).toBe('#999999');
});
