import { expect, test } from 'vitest';
import { headerGroups, headerLine } from '../../../extension/headers/headerLine.ts';
import { headerText } from '../../../server/analysis/viewer/headerText.ts';
import type { StoredTensor } from '../../../server/tensors/storedTensor.ts';

function tensor(name: string, shape: readonly number[] = [4, 3]): StoredTensor {
  return { name, dtype: 'BF16', shape, file: '/w', offset: 8, bytes: 1_204_224 };
}

function linesOf(names: readonly (readonly [name: string, shape?: number[]])[]) {
  const tensors = names.map(([name, shape]) => tensor(name, shape));
  const text = headerText({ kind: 'file', format: 'safetensors', metadata: [], tensors });
  return text.split('\n').flatMap((line, index) => headerLine(line, index) ?? []);
}

test('what the server writes into a line can be read from it', () => {
  expect(
    linesOf([
      ['a "b"\n[1]  2', [896, 4864]],
      ['s', []],
    ]),
  ).toEqual([
    { line: 6, name: 'a "b"\n[1]  2', dtype: 'BF16', shape: [896, 4864], bytes: 1_204_224 },
    { line: 7, name: 's', dtype: 'BF16', shape: [], bytes: 1_204_224 },
  ]);
});

test.each(['# kind: file', '', 'text', 'w  BF16', 'w  BF16  [1, x]  4'])(
  '%j says nothing of a tensor',
  (text) => {
    expect(headerLine(text, 0)).toBeUndefined();
  },
);

test('tensors are grouped by layers, experts within theirs; the others stand by themselves', () => {
  const names = [
    'lm_head.weight',
    'model.layers.2.mlp.experts.0.up.weight',
    'model.layers.2.mlp.experts.11.up.weight',
    'model.layers.10.norm.weight',
    'model.norm.weight',
  ];
  const groups = headerGroups(linesOf(names.map((name) => [name])));
  expect(groups.map((entry) => ('lines' in entry ? [entry.name, entry.lines.length] : entry.name))).toEqual([
    'lm_head.weight',
    ['model.layers.2', 2],
    ['model.layers.10', 1],
    'model.norm.weight',
  ]);
});

test('a name that is a number, or ends with one, is in no layer', () => {
  const groups = headerGroups(linesOf([['0'], ['blk.0'], ['0.weight']]));
  expect(groups.every((entry) => !('lines' in entry))).toBe(true);
});
