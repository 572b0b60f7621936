import { expect, test } from 'vitest';
import { Comparison } from '../../../extension/commands/compare.ts';
import { pathsOf } from '../../../extension/commands/selection.ts';
import { comparedAt, headerAddress } from '../../../extension/headers/headerUri.ts';
import { differenceHover, differenceText, tensorOf } from '../../../extension/headers/tensorLines.ts';
import { FakeUi, toolsFor } from './fakes.ts';

const difference = {
  name: 'w',
  norm: 0.5,
  relativeNorm: 0.019,
  maxAbs: 0.01,
  maxUlps: 3,
  cosine: 0.999,
  changedShare: 0.125,
};

test.each(['/models/a/model.safetensors', '/models/50% é/x#y?.gguf'])(
  'the headers of %s have an address',
  (path) => {
    expect(comparedAt(headerAddress(path))).toEqual({ path, before: undefined });
    expect(comparedAt(headerAddress(path, '/other'))).toEqual({ path, before: '/other' });
  },
);

test('other addresses are not about headers', () => {
  expect(comparedAt({ scheme: 'file', path: '/a.weight-header', query: '' })).toBeUndefined();
  expect(comparedAt({ ...headerAddress('/a'), query: 'nonsense' })).toEqual({
    path: '/a',
    before: undefined,
  });
});

test('the right side of a comparison stands for both models', () => {
  expect(pathsOf([headerAddress('/after', '/before'), { groupId: 0 }])).toEqual(['/before', '/after']);
});

test.each([
  ['model.norm.weight    BF16  [896]  1,792', 'model.norm.weight'],
  ['"a \\"b\\""  F32  [1]  4', 'a "b"'],
  ['# tensors: 2', undefined],
  ['', undefined],
])('the line %s is about %s', (line, name) => {
  expect(tensorOf(line)).toBe(name);
});

test('a line ends with what became of its values', () => {
  expect(differenceText(difference)).toBe('1.90 % · 12.5 % of the values · 3.00 ulps');
  expect(differenceText({ ...difference, maxUlps: 1 })).toMatch(/· 1 ulp$/);
  expect(differenceText({ ...difference, maxUlps: null, relativeNorm: null })).toMatch(/^‖Δ‖ 0.500 · 12.5 %/);
  expect(differenceText({ ...difference, changedShare: 0 })).toBe('same values');
  expect(differenceHover(difference)).toContain('Values that differ: 12.5 %');
});

test('two models are compared: as selected, picked, or one after the other', async () => {
  const files = ['/work/base/model.safetensors', '/work/tuned/model.safetensors'];
  const tools = await toolsFor({ ui: new FakeUi(['base', 'tuned']), answers: {}, files, folder: '/work' });
  const shown: string[][] = [];
  const selected: boolean[] = [];
  const comparison = new Comparison(
    tools,
    async (...pair) => void shown.push(pair),
    (is) => selected.push(is),
  );
  await comparison.compare(['/work/base', '/work/tuned']);
  await comparison.compare([]);
  await comparison.select(['/work/tuned']);
  await comparison.compareWithSelected(['/work/base']);
  expect(shown).toEqual([
    ['/work/base', '/work/tuned', 'base ↔ tuned'],
    ['/work/base', '/work/tuned', 'base ↔ tuned'],
    ['/work/tuned', '/work/base', 'tuned ↔ base'],
  ]);
  expect(selected).toEqual([true]);
});
