import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { selectionLens } from '../../../server/language/selectionLens.ts';

const uri = 'file:///work/x.steer.yaml';
const lensesOf = (text: string) =>
  selectionLens(TextDocument.create(uri, 'steer-recipe', 1, text), '/work/x.steer.yaml').map(
    ({ range, command }) => [range.start.line, command?.title, command?.arguments],
  );

const head = 'positive: a\nnegative: b\n';

test.each([
  ['layers: 4-20', { layers: { first: 4, last: 20 } }],
  ['layers: [9, 2-3]', { layers: { first: 2, last: 9 } }],
  ['layers: 4-', { layers: { first: 4, last: 999_999 } }],
  ['modules: [mlp]\nlayers: 3', { layers: { first: 3, last: 3 }, modules: ['mlp'] }],
])('%s leads to Layers with just that selected', (lines, selection) => {
  expect(lensesOf(`${head}${lines}\n`)).toEqual([[2, 'Show in Layers', [uri, selection]]]);
});

test.each([head, 'directions:\n  - {positive: a, negative: b, layers: 3}\n', `${head}layers: none\n`])(
  '%j has no such lens',
  (text) => {
    expect(lensesOf(text)).toEqual([]);
  },
);
