import { expect, test } from 'vitest';
import { Likelihood } from '../../../server/generation/likelihood.ts';

const of = (...shares: readonly number[]) =>
  new Likelihood(Float32Array.from(shares, (p) => Math.log(p) + 3));

test('logarithms of probabilities sum to 1, whatever the logits are counted from', () => {
  const likelihood = of(0.5, 0.2, 0.3);
  for (const [id, share] of [0.5, 0.2, 0.3].entries())
    expect(Math.exp(likelihood.of(id))).toBeCloseTo(share, 6);
  expect(likelihood.top(2).map(({ id }) => id)).toEqual([0, 2]);
});

test('of what is no number nothing is known', () => {
  expect(of(0.5, 0, 0.5).isKnown).toBe(true);
  for (const odd of [Number.NaN, Infinity])
    expect(new Likelihood(Float32Array.of(0, odd, 1)).isKnown).toBe(false);
});

test('a divergence is Σ p log(p / q) in nats', () => {
  const due = 0.5 * Math.log(0.5 / 0.25) + 0.5 * Math.log(0.5 / 0.75);
  expect(of(0.5, 0.5).divergenceFrom(of(0.25, 0.75))).toBeCloseTo(due, 6);
  expect(of(0.5, 0.5).divergenceFrom(of(0.5, 0.5))).toBe(0);
});

test('what cannot be said adds nothing, and what the other cannot say is infinitely far', () => {
  expect(of(1, 0).divergenceFrom(of(0.5, 0.5))).toBeCloseTo(Math.log(2), 6);
  expect(of(0.5, 0.5).divergenceFrom(of(1, 0))).toBe(Infinity);
});
