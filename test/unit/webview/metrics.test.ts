import type { TensorAnalysis } from '#protocol/results.ts';
import { describe, expect, test } from 'vitest';
import { colorScale, level } from '../../../webview/layers/colorScale.ts';
import { sumOf, valueOf } from '../../../webview/layers/metrics.ts';
import { toGrid } from '../../../webview/layers/grid.ts';
import { layerStacks } from '../../../webview/layers/layerStacks.ts';
import { overviewOf } from '../../../webview/layers/overview.ts';
import { sampleAnalysis } from '../../support/analysisSamples.ts';

const [template] = sampleAnalysis({ layers: 1 }).tensors;

type Norms = readonly [norm: number | null, baseNorm: number | null];

function rowsOf(...norms: readonly Norms[]) {
  const tensors = norms.map(([norm, baseNorm], index): TensorAnalysis => ({
    ...template!,
    name: String(index),
    norm,
    baseNorm,
  }));
  return { tensors, rows: new Map(tensors.map((tensor) => [tensor.name, tensor])) };
}

function value(metric: 'norm' | 'relative' | 'share', total: number | null, ...norms: readonly Norms[]) {
  const { tensors, rows } = rowsOf(...norms);
  return valueOf(metric, sumOf(tensors, rows), total);
}

describe('several tensors as one', () => {
  test('norms combine as the root of the sum of squares, relative norms as two of them', () => {
    expect(value('norm', null, [3, 6], [4, 8])).toBe(5);
    expect(value('relative', null, [3, 6], [4, 8])).toBe(0.5);
    expect(value('share', 100, [3, 6], [4, 8])).toBe(0.25);
  });

  test('one norm that is not finite makes all of it unknown', () => {
    expect(value('norm', null, [null, 6], [4, 8])).toBeNull();
    expect(value('share', 100, [null, 6], [4, 8])).toBeNull();
  });

  test('without a base there is a norm and a share, and no relative norm', () => {
    expect(value('norm', 100, [3, null], [4, 8])).toBe(5);
    expect(value('share', 100, [3, null], [4, 8])).toBe(0.25);
    expect(value('relative', 100, [3, null], [4, 8])).toBeNull();
  });

  test('nothing is related to a base of zeros, or to a direction of zeros', () => {
    expect(value('relative', 0, [0, 0])).toBeNull();
    expect(value('share', 0, [0, 0])).toBeNull();
  });

  test('what has not come is counted, not taken for zero', () => {
    const { tensors } = rowsOf([3, 6], [4, 8]);
    expect(sumOf(tensors, new Map([['0', tensors[0]!]]))).toEqual({
      waiting: 1,
      squares: 9,
      baseSquares: 36,
    });
  });
});

test('the header adds up what has come, and has shares of ‖w‖² once the server has summed up', () => {
  const { tensors, norm, rollups } = sampleAnalysis({ layers: 3, isWhole: true });
  const rows = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const soFar = overviewOf(tensors, rows);
  expect(soFar.norm).toBeCloseTo(norm ?? 0, 12);
  expect(soFar).toMatchObject({ rank: 32, embeddings: null, head: null });
  const whole = overviewOf(tensors, rows, rollups);
  expect(whole.norm).toBeCloseTo(norm ?? 0, 12);
  expect(whole).toMatchObject({ rank: 32, embeddings: expect.closeTo(1.4 ** 2 / (norm ?? 0) ** 2, 12) });
  const body = sampleAnalysis({ layers: 3 });
  expect(overviewOf(body.tensors, new Map(), body.rollups)).toMatchObject({
    isPartial: false,
    embeddings: undefined,
    head: undefined,
  });
});

test('a direction of dense tensors has no rank', () => {
  const tensors = [{ ...template!, rank: null }];
  expect(overviewOf(tensors, new Map()).rank).toBeUndefined();
});

describe('the colour scale', () => {
  test('goes from zero to a round number at or above the largest', () => {
    expect(colorScale([0.004, 0.0191, 0])).toEqual({ top: 0.02, beyond: null });
    expect(colorScale([3])).toEqual({ top: 3, beyond: null });
    expect(colorScale([41.3, 39])).toEqual({ top: 45, beyond: null });
  });

  test('does not let an outlier flatten the rest, and says so', () => {
    const values = [...Array.from({ length: 99 }, (_, index) => 1 + index / 100), 50];
    expect(colorScale(values)).toEqual({ top: 2, beyond: 50 });
  });

  test('of nothing, or of zeros, has no top', () => {
    expect(colorScale([])).toEqual({ top: 0, beyond: null });
    expect(level(0, colorScale([0, 0]))).toBe(0);
  });

  test('is linear up to its top, and full beyond', () => {
    const scale = { top: 2, beyond: 50 };
    expect([0, 0.5, 1, 2, 50].map((value) => level(value, scale))).toEqual([0, 0.25, 0.5, 1, 1]);
  });
});

test.each(['relative', 'norm', 'share'] as const)(
  'bars of %s are the layers of the command line',
  (metric) => {
    const { tensors, layers, norm, rollups } = sampleAnalysis({ layers: 4, isWhole: true });
    const rows = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    const stacks = layerStacks(toGrid(tensors, layers), { metric, rows, total: (norm ?? 0) ** 2 });
    const key = metric === 'relative' ? 'relativeNorm' : metric;
    const due = rollups.layers.map((layer) => layer[key] ?? Number.NaN);
    expect(due).toHaveLength(4);
    for (const [index, { reading }] of stacks.entries())
      expect(reading.kind === 'known' && reading.value).toBeCloseTo(due[index]!, 12);
  },
);
