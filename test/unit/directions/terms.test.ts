import { expect, test } from 'vitest';
import { toLowRank } from '../../../server/directions/fineTune.ts';
import { dense, sameTerms, scaledTerms, simplified, totalRank } from '../../../server/directions/terms.ts';
import { brief, factors, stored } from './samples.ts';

const a = stored('a', 'w');
const b = stored('b', 'w');
const pair = toLowRank(factors('p', 'm.weight'));

test('the same stored values on both sides cancel without being read', () => {
  expect(simplified([dense(a), pair, dense(a, -1)]).map(brief)).toEqual([brief(pair)]);
});

test('like terms are added up, and keep their first place', () => {
  expect(simplified([dense(a), dense(b), dense(a, 0.5), pair, pair]).map(brief)).toEqual([
    '1.5 a:w',
    '1 b:w',
    '4 p:m.lora_B.weight m.lora_A.weight',
  ]);
});

test('values of one name in different files are different', () => {
  expect(simplified([dense(a), dense(b, -1)])).toHaveLength(2);
});

test('two tensors of one file are told apart by their place', () => {
  expect(simplified([dense(a), dense({ ...a, offset: 96 }, -1)])).toHaveLength(2);
});

test('a factor read the other way round is another matrix', () => {
  const turned = toLowRank({ ...factors('p', 'm.weight'), transposed: true });
  expect(simplified([pair, { ...turned, scale: -pair.scale }])).toHaveLength(2);
});

test('sums are the same whatever their order', () => {
  expect(sameTerms([dense(a), pair], [pair, dense(a)])).toBe(true);
  expect(sameTerms([dense(a), pair], [dense(a)])).toBe(false);
  expect(sameTerms([dense(a)], [dense(a, 2)])).toBe(false);
  expect(sameTerms([], [])).toBe(true);
});

test('a factor scales every term, and zero leaves nothing', () => {
  expect(scaledTerms([dense(a), pair], -3).map(({ scale }) => scale)).toEqual([-3, -6]);
  expect(simplified(scaledTerms([dense(a), pair], 0))).toEqual([]);
});

test('ranks add up over factors, dense terms not counted', () => {
  expect(totalRank([pair, dense(a), pair])).toBe(4);
});
