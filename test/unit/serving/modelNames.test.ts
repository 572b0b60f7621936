import { expect, test } from 'vitest';
import { listedModels, strengthOf } from '../../../server/serving/modelNames.ts';

const honest = { name: 'honest', strengths: [1.5] };
const several = { name: 'a@b', strengths: [-1, 0.5] };

test('names that are listed are strengths', () => {
  expect(listedModels(honest)).toEqual(['base', 'honest']);
  expect(listedModels(several)).toEqual(['base', 'a@b', 'a@b@-1', 'a@b@0.5']);
  expect(listedModels({ name: undefined, strengths: [1] })).toEqual(['base']);
  expect(listedModels(several).map((name) => strengthOf(name, several))).toEqual([0, -1, -1, 0.5]);
});

test.each([
  ['honest', 1.5],
  ['honest@-2', -2],
  ['honest@.5', 0.5],
  ['honest@1e-3', 0.001],
])('%s is %d', (name, strength) => {
  expect(strengthOf(name, honest)).toBe(strength);
});

test.each(['', 'honest@', 'honest@0x1', 'honest@ 1', 'honest@Infinity', 'honest@1e400', 'honesty', 'base@1'])(
  '%j is no model',
  (name) => {
    expect(() => strengthOf(name, honest)).toThrow('does not exist; there is base, honest and honest@K');
  },
);

test('without a direction only the base is there', () => {
  expect(() => strengthOf('honest', { name: undefined, strengths: [1] })).toThrow('there is base.');
});
