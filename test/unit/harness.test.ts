import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layerChart } from '../harness/layerChart.ts';
import { sum, tallyLeft, tallyOfMocha, tallyOfVitest } from '../harness/tally.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

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

test.each([
  ['no results', undefined, 1, /^ended with 1 and left no results; what it printed above says why$/],
  ['no results, although it ended well', undefined, 0, /^ended with 0 and left no results/],
  ['no results, killed', undefined, null, /^was killed and left no results/],
  ['half of its results', '{"passed": 1, "fai', null, /^was killed and left results that cannot be read/],
  [
    'results without a failure, but a status',
    '{"passed": 1, "failed": [], "skipped": []}',
    1,
    /^ended with 1$/,
  ],
])('fails a suite that leaves %s', async (_, json, code, failure) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'results.json');
  if (json !== undefined) await writeFile(path, json);
  const { failed } = await tallyLeft(path, tallyOfVitest, code);
  expect(failed).toEqual([expect.stringMatching(failure)]);
});

test('takes the results of a suite as they are', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'results.json');
  const tally = { passed: 3, failed: ['a'], skipped: [] };
  await writeFile(path, JSON.stringify(tally));
  expect(await tallyLeft(path, tallyOfVitest, 1)).toEqual(tally);
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
