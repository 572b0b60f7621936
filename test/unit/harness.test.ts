import { expect, test } from 'vitest';
import { layerChart } from '../harness/layerChart.ts';
import { sum, tallyOfMocha } from '../harness/tally.ts';

test('counts what Mocha reports, with the skipped tests by name', () => {
  const report = {
    stats: { passes: 2 },
    failures: [{ fullTitle: 'server dies' }],
    pending: [{ fullTitle: 'adds with WebGPU (skipped without an adapter)' }],
  };
  expect(tallyOfMocha(JSON.stringify(report))).toEqual({
    passed: 2,
    failed: ['server dies'],
    skipped: [{ name: 'adds with WebGPU (skipped without an adapter)', reason: '' }],
  });
});

test('adds suites up', () => {
  const skip = { name: 'c', reason: 'no disk' };
  expect(
    sum([
      { passed: 1, failed: ['a'], skipped: [] },
      { passed: 2, failed: ['b'], skipped: [skip] },
    ]),
  ).toEqual({
    passed: 3,
    failed: ['a', 'b'],
    skipped: [skip],
  });
  expect(sum([])).toEqual({ passed: 0, failed: [], skipped: [] });
});

test('draws one bar a layer, the longest over the whole width, tensors outside layers last', () => {
  const tensors = [
    { layer: null, norm: 1, baseNorm: null },
    { layer: 1, norm: 3, baseNorm: 60 },
    { layer: 1, norm: 4, baseNorm: 80 },
    { layer: 0, norm: 2.5, baseNorm: 25 },
  ];
  expect(layerChart({ norm: 1, tensors })).toBe(
    [
      ` layer 0  ${'█'.repeat(20).padEnd(40)}  2.50  10.0 % of the base`,
      ` layer 1  ${'█'.repeat(40)}  5.00  5.0 % of the base`,
      `  others  ${'█'.repeat(8).padEnd(40)}  1.00`,
    ].join('\n'),
  );
});
