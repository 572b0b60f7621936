import { describe, expect, test } from 'vitest';
import { bandText, columnName, probabilityText, tokenText } from '../../../webview/generate/names.ts';
import {
  firstDifference,
  shadeOf,
  type Text,
  withEnd,
  withoutKey,
  withToken,
} from '../../../webview/generate/texts.ts';
import { sampleColumn, sampleTokens } from '../../support/generationSamples.ts';

const going = (text: string): Text => ({ key: 'a', tokens: text === '' ? [] : sampleTokens(text) });
const ended = (text: string): Text => {
  const { tokens } = going(text);
  return { key: 'a', tokens, end: sampleColumn([0], tokens) };
};

describe('two texts part', () => {
  test.each([
    ['at the first token', ended('no one'), ended('a one'), 0],
    ['at a later one', going('one two four'), going('one two three'), 2],
    ['nowhere', ended('one two'), ended('one two'), undefined],
    ['nowhere yet, where the base is behind', going('one two three'), going('one two'), undefined],
    ['where the base has ended', going('one two three'), ended('one two'), 2],
    ['at the end of the shorter', ended('one two'), going('one two three'), 2],
    ['nowhere yet, where the text is behind', going('one'), ended('one two'), undefined],
  ])('%s', (_, text, base, due) => {
    expect(firstDifference(text, base)).toBe(due);
  });
});

test('the first token of what is asked now takes the place of what was said before', () => {
  const [one, two] = sampleTokens('one two');
  const before = new Map([[1, ended('old words')]]);
  const first = withToken(withoutKey(before, 1), 1, 'b', one!);
  expect(first.get(1)).toEqual({ key: 'b', tokens: [one] });
  expect(withToken(first, 1, 'b', two!).get(1)!.tokens).toEqual([one, two]);
  // Asked for again after it was stopped.
  const again = withToken(withoutKey(first, 1), 1, 'b', two!);
  expect(again.get(1)!.tokens).toEqual([two]);
  const end = sampleColumn([1], [one!]);
  expect(withEnd(again, 1, 'b', end).get(1)).toEqual({ key: 'b', tokens: [one], end });
});

test('a shade is a share of 2 nats, and no more than all of it', () => {
  const shades = sampleTokens('a b c d', [0, 0.5, 2, 9]).map(shadeOf);
  expect(shades).toEqual([0, 0.25, 1, 1]);
  expect(sampleTokens('a').map(shadeOf)).toEqual([0]);
});

test.each([
  [columnName([0], [], true), 'base'],
  [columnName([-0.6], [{ name: 'honest', strength: 1 }], false), 'k = −0.6'],
  [
    columnName(
      [0.1 + 0.2, -1],
      [
        { name: 'a', strength: 1 },
        { name: 'b', strength: 1 },
      ],
      false,
    ),
    'a 0.3, b −1',
  ],
  [probabilityText(Math.log(0.43)), '43 %'],
  [probabilityText(0), '100 %'],
  [probabilityText(-1e-6), '> 99.9 %'],
  [probabilityText(-20), '< 0.1 %'],
  [tokenText(' a\n'), '␣a⏎'],
  [tokenText(''), '·'],
  [bandText({ below: -0.5, above: 1 }), 'mild from −0.500 to 1.00'],
  [bandText({ below: null, above: 0.25 }), 'mild up to 0.250'],
  [bandText({ below: null, above: null }), 'mild wherever it was tried'],
])('%s', (text, due) => {
  expect(text).toBe(due);
});
