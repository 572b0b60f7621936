import { bytes, grouped, parameters, percent, significant } from '#protocol/figures.ts';
import type { ModelSummary } from '#protocol/models.ts';
import type { WriteResult } from '#protocol/results.ts';
import { expect, test } from 'vitest';
import { dryRunText } from '../../../extension/commands/dryRunText.ts';
import { resultText, shownFrom } from '../../../extension/jobs/resultText.ts';
import { summaryText, summaryTooltip } from '../../../extension/trees/summaryText.ts';

test.each([
  [significant(5.98234), '5.98'],
  [significant(-0.5), '−0.500'],
  [significant(1.23e-5), '1.23e−5'],
  [significant(null), '–'],
  [grouped(1_009_280), '1\u2009009\u2009280'],
  [percent(0.998), '99.8 %'],
  [percent(0.99997), '100 %'],
  [percent(0.0123), '1.23 %'],
  [bytes(588_000), '588 kB'],
  [bytes(999), '999 B'],
  [bytes(15_230_000_000), '15.2 GB'],
  [parameters(494_032_768), '494M'],
  [parameters(7_616_000_000), '7.62B'],
  [parameters(12), '12'],
])('%s', (text, expected) => {
  expect(text).toBe(expected);
});

const at = { path: '/w/m', name: 'm' };
const base = { ...at, base: null, bytes: 588_000, parameters: 147_000 };

test.each<[ModelSummary, string]>([
  [
    {
      ...at,
      kind: 'checkpoint',
      architecture: 'Qwen2',
      parameters: 494e6,
      bytes: 1e9,
      dtype: 'BF16',
      files: 1,
    },
    'Qwen2 · 494M · BF16',
  ],
  [{ ...at, kind: 'checkpoint', architecture: null, parameters: 0, bytes: 0, dtype: null, files: 1 }, '0'],
  [{ ...base, kind: 'adapter', rank: 32, base: '../models/base', steps: [] }, 'LoRA r 32 → base'],
  [{ ...base, kind: 'adapter', rank: 8, steps: [10, 20] }, 'LoRA r 8'],
  [
    {
      ...base,
      kind: 'direction',
      description: 'Keeps to facts',
      base: '../models/base',
      rank: 16,
      norm: 5.98,
      relativeNorm: 0.012,
      created: '2026-11-24T10:00:00.000Z',
    },
    'Keeps to facts → base · rank 16 · ‖w‖ 5.98 · 1.20 % of the base · 2026-11-24',
  ],
  [
    {
      ...base,
      kind: 'direction',
      description: null,
      rank: null,
      norm: null,
      relativeNorm: null,
      created: '',
    },
    '',
  ],
  [{ ...at, kind: 'run', checkpoints: [10, 2000].map((step) => ({ step, path: '' })) }, '2 checkpoints'],
  [{ ...at, kind: 'run', checkpoints: [{ step: 10, path: '' }] }, '1 checkpoint'],
])('%o', (summary, expected) => {
  expect(summaryText(summary)).toBe(expected);
  expect(summaryTooltip(summary)).toContain(summary.path);
});

const output: WriteResult['outputs'][number] = {
  path: '/w/out/honest-k1.5',
  strength: 1.5,
  format: 'checkpoint',
  rank: null,
  tensors: { changed: 168, copied: 122 },
  bytesRead: 2e6,
  bytesWritten: 2e6,
  rounding: { requested: 1, realised: 1, cosine: 1, projection: 0.998, unmoved: 0, overflowed: 0 },
  seconds: 1,
};

test('a result is a fact with numbers', () => {
  expect(resultText({ outputs: [output] }, { folder: '/w', dtype: 'BF16' })).toBe(
    'Wrote out/honest-k1.5: 168 of 290 tensors changed; bfloat16 keeps 99.8 % of the requested change.',
  );
  expect(resultText({ outputs: [output] }, { folder: '/w', dtype: null })).toMatch(/; rounding keeps 99.8 %/);
  const adapter = { ...output, rounding: null };
  expect(resultText({ outputs: [adapter, adapter] }, { folder: '/w', dtype: null })).toBe(
    'Wrote out/honest-k1.5, out/honest-k1.5: 168 of 290 tensors changed in each.',
  );
});

test('paths are shown from the recipe, those outside in full', () => {
  expect(shownFrom('/w', '/w/out/x')).toBe('out/x');
  expect(shownFrom('/w/recipes', '/w/out/x')).toBe('/w/out/x');
});

test('a dry run says what would be written and what it takes', () => {
  const text = dryRunText('/w/honest.steer.yaml', {
    outputs: [output, { ...output, strength: -1, format: 'adapter', rank: 16 }],
    peakMemory: 300e6,
    freeDisk: 50e9,
    warnings: [
      { code: 'x', message: '/w/honest was merged.' },
      { code: 'output-exists', message: 'Use --force.', file: '/w/out/honest-k1.5' },
    ],
  });
  expect(text).toMatchInlineSnapshot(`
    "Dry run of honest.steer.yaml

    out/honest-k1.5
      strength 1.5, checkpoint, 2.00 MB
      168 tensors changed, 122 copied

    out/honest-k1.5
      strength −1, adapter of rank 16, 2.00 MB
      168 tensors changed, 122 copied

    Reads 2.00 MB, writes 4.00 MB of 50.0 GB free; takes about 300 MB of memory.

    Warnings
      honest was merged.
      out/honest-k1.5 exists already: Write asks before it replaces it.
    "
  `);
});
