import { expect, test } from 'vitest';
import { clusterOrder } from '../../../server/analysis/clusterOrder.ts';

test('two groups that were given mixed stand apart, the nearest pair first', () => {
  const cosine = [
    [1, 0.1, 0.8, 0],
    [0.1, 1, 0, 0.9],
    [0.8, 0, 1, 0.1],
    [0, 0.9, 0.1, 1],
  ];
  expect(clusterOrder(cosine)).toEqual([0, 2, 1, 3]);
});

test('clusters are joined by the mean of their pairs, not by the nearest pair', () => {
  // 2 has the nearest pair with {0, 1}, at 0.6, but a mean of 0.1; 4 has a mean of 0.25.
  const cosine = [
    [1, 0.9, -0.4, 0, 0.25],
    [0.9, 1, 0.6, 0, 0.25],
    [-0.4, 0.6, 1, 0, 0],
    [0, 0, 0, 1, 0],
    [0.25, 0.25, 0, 0, 1],
  ];
  expect(clusterOrder(cosine)).toEqual([0, 1, 4, 2, 3]);
});

test('no cosine counts as 0, and one or no subject has an order', () => {
  const cosine = [
    [1, -0.5, null],
    [-0.5, 1, -0.5],
    [null, -0.5, null],
  ];
  expect(clusterOrder(cosine)).toEqual([0, 2, 1]);
  expect(clusterOrder([[1]])).toEqual([0]);
  expect(clusterOrder([])).toEqual([]);
});
