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

// A pattern with two ways to read digits takes their square: a long one would stop the server.
test('a strength of a million digits is no model, and not repeated', () => {
  const name = `honest@${'1'.repeat(1e6)}`;
  for (const model of [name, `${name}x`, `honest@1.${'0'.repeat(1e6)}`])
    expect(() => strengthOf(model, honest)).toThrow(/^The model "honest@1.{150,200}" does not exist/);
});

test('without a direction only the base is there', () => {
  expect(() => strengthOf('honest', { name: undefined, strengths: [1] })).toThrow('there is base.');
});
