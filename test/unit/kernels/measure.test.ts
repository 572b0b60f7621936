import { afterEach, expect, test } from 'vitest';
import { randomNumbers } from '../work/reference.ts';
import { Arena } from './arena.ts';

const arena = new Arena();
afterEach(() => arena.clear());

test('adds up squares and products, keeps the largest, counts changes, at any length and place', () => {
  const random = randomNumbers(1);
  for (let count = 0; count <= 33; count++) {
    for (const skew of [0, 1]) {
      const bases = Array.from({ length: count }, () => random());
      const deltas = bases.map((_, n) => (n % 4 === 1 ? 0 : random()));
      expectMeasured(measure(bases, deltas, skew), bases, deltas);
      arena.clear();
    }
  }
});

test.each([
  [Number.NaN, 1],
  [1, Number.NaN],
  [Infinity, 1],
  [1, -Infinity],
  [Infinity, Infinity],
])('an element of %d and %d is not finite and counts nowhere else', (base, delta) => {
  for (let place = 0; place < 5; place++) {
    const bases = [1, 2, 3, 4, 5].with(place, base);
    const deltas = [0.5, 0, -9, 1, 2].with(place, delta);
    expectMeasured(measure(bases, deltas), bases, deltas);
  }
});

test('squares that overflow are infinite, and the element is finite all the same', () => {
  expect(measure([1e200, 1], [-1e200, 0])).toEqual([Infinity, Infinity, -Infinity, 1e200, 1, 0]);
});

test('subnormals change', () => {
  expect(measure([0, 0, 0], [5e-324, -0, 0]).slice(3)).toEqual([5e-324, 1, 0]);
});

test('adds to what is there, and keeps a larger maximum', () => {
  const statistics = arena.putNumbers([1, 2, 3, 100, 5, 6]);
  const [base, delta] = [arena.putNumbers([2, Number.NaN, 3]), arena.putNumbers([4, 1, 0])];
  arena.kernels.measure(base, delta, 3, statistics);
  expect([...arena.numbers(statistics, 6)]).toEqual([17, 15, 11, 100, 6, 7]);
});

function measure(bases: readonly number[], deltas: readonly number[], skew = 0): number[] {
  const statistics = arena.zeros(6);
  const [base, delta] = [arena.putNumbers(bases, skew), arena.putNumbers(deltas, 1 - skew)];
  arena.kernels.measure(base, delta, bases.length, statistics);
  return [...arena.numbers(statistics, 6)];
}

function expectMeasured(found: readonly number[], bases: readonly number[], deltas: readonly number[]): void {
  const finite = bases.flatMap((base, n) => {
    const delta = deltas[n]!;
    return Number.isFinite(base) && Number.isFinite(delta) ? [[base, delta] as const] : [];
  });
  const sum = (value: (base: number, delta: number) => number) =>
    finite.reduce((total, [base, delta]) => total + value(base, delta), 0);
  expect(found[0]).toBeCloseTo(
    sum((_, delta) => delta * delta),
    12,
  );
  expect(found[1]).toBeCloseTo(
    sum((base) => base * base),
    12,
  );
  expect(found[2]).toBeCloseTo(
    sum((base, delta) => base * delta),
    12,
  );
  expect(found.slice(3)).toEqual([
    Math.max(0, ...finite.map(([, delta]) => Math.abs(delta))),
    sum((_, delta) => Number(delta !== 0)),
    bases.length - finite.length,
  ]);
}
