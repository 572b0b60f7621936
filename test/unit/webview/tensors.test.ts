import { expect, test } from 'vitest';
import { nameFilter } from '../../../webview/tensors/filter.ts';
import { bytesText, valueText } from '../../../webview/tensors/elementText.ts';
import {
  panned,
  sizeOf,
  sliceIndex,
  viewAt,
  wholeView,
  zoomed,
} from '../../../webview/tensors/matrixView.ts';
import { treeStep } from '../../../webview/tensors/treeKeys.ts';
import { treeRows } from '../../../webview/tensors/treeRows.ts';
import { restoredState } from '../../../webview/tensors/viewState.ts';
import { sampleModel } from '../../support/viewerSamples.ts';

const { tensors } = sampleModel({ layers: 2 });
const listing = { filter: '', file: undefined, grouping: 'layer', sorting: undefined, toggled: [] } as const;
const labels = (rows: ReturnType<typeof treeRows>) =>
  rows.map((row) => (row.kind === 'group' ? row.label : row.key.replace('model.', '')));

test.each([
  ['', 'model.norm.weight', true],
  ['NORM', 'model.norm.weight', true],
  ['*.mlp.*', 'model.layers.1.mlp.up_proj.weight', true],
  ['mlp.*', 'model.layers.1.mlp.up_proj.weight', false],
  ['layers.?.', 'model.layers.1.x', false],
  ['*layers.?.x', 'model.layers.1.x', true],
  ['a+(b)*', 'a+(b)c', true],
])('the filter %s and the name %s: %s', (typed, name, fits) => {
  expect(nameFilter(typed)(name)).toBe(fits);
});

test('no filter is slow', () => {
  const name = 'a'.repeat(2000);
  expect(nameFilter(`${'*a'.repeat(200)}b`)(name)).toBe(false);
  expect(nameFilter(`${'*a?'.repeat(200)}*`)(name)).toBe(true);
});

test('tensors are grouped by layer, what is in none first; by module; or not at all', () => {
  const closed = treeRows(tensors, { ...listing, toggled: ['layer:Layer 0', 'layer:Layer 1'] });
  expect(labels(closed)).toEqual([
    'embeddings',
    'embed_tokens.weight',
    'norms',
    'norm.weight',
    'Layer 0',
    'Layer 1',
  ]);
  const modules = treeRows(tensors, { ...listing, grouping: 'module' }).filter(
    ({ kind }) => kind === 'group',
  );
  expect(labels(modules).slice(0, 3)).toEqual(['embeddings', 'q_proj', 'k_proj']);
  expect(treeRows(tensors, { ...listing, grouping: 'none' })).toHaveLength(18);
});

test.each([
  ['layer', 'mlp.up_proj.weight'],
  ['module', 'model.layers.1.mlp.up_proj.weight'],
] as const)('below its %s a tensor is called %s', (grouping, label) => {
  const rows = treeRows(tensors, { ...listing, grouping, filter: '*.1.mlp.up*' });
  expect(rows.flatMap((row) => (row.kind === 'tensor' ? [row.label] : []))).toEqual([label]);
});

test('a long list is folded, and unfolds while something is typed', () => {
  const long = sampleModel({ layers: 24 }).tensors;
  expect(treeRows(long, listing)).toHaveLength(26);
  expect(labels(treeRows(long, { ...listing, filter: '3.*k_proj' }))).toEqual([]);
  expect(labels(treeRows(long, { ...listing, filter: '*.13.*k_proj*' }))).toEqual([
    'Layer 13',
    'layers.13.self_attn.k_proj.weight',
  ]);
});

test('sorting by size sorts groups too, by name it is natural', () => {
  const sorting = { key: 'bytes', isDescending: true };
  expect(labels(treeRows(tensors, { ...listing, sorting })).slice(0, 4)).toEqual([
    'embeddings',
    'embed_tokens.weight',
    'Layer 0',
    'layers.0.mlp.down_proj.weight',
  ]);
  const long = sampleModel({ layers: 12 }).tensors;
  const byName = { ...listing, grouping: 'none', sorting: { key: 'name', isDescending: true } } as const;
  expect(labels(treeRows(long, byName))[1]).toMatch(/^layers\.11\./);
});

test('keys move, fold, open and copy as in the trees of VS Code', () => {
  const rows = treeRows(tensors, listing);
  const press = (key: string, at: number, ctrlKey = false) =>
    treeStep({ key, ctrlKey, metaKey: false }, at, rows, 10);
  expect(press('ArrowUp', 0)).toEqual({ kind: 'go', to: 0 });
  expect(press('PageDown', 0)).toEqual({ kind: 'go', to: 10 });
  expect(press('ArrowLeft', 1)).toEqual({ kind: 'go', to: 0 });
  expect(press('ArrowLeft', 0)).toEqual({ kind: 'toggle', key: 'layer:embeddings' });
  expect(press('ArrowRight', 0)).toEqual({ kind: 'go', to: 1 });
  expect(press('Enter', 1)).toEqual({ kind: 'open', name: 'model.embed_tokens.weight' });
  expect(press('c', 1, true)).toEqual({ kind: 'copy', name: 'model.embed_tokens.weight' });
  expect(press('x', 1)).toBeUndefined();
});

test('windows of a matrix stay within it', () => {
  const size = sizeOf([3, 2, 896, 4864]);
  expect(size).toEqual({ slices: 6, rows: 896, columns: 4864 });
  expect(sliceIndex([3, 2, 896, 4864], 5)).toEqual([2, 1]);
  expect(sizeOf([7])).toEqual({ slices: 1, rows: 1, columns: 7 });
  const near = zoomed(wholeView(size), 0.5, size);
  expect(near).toEqual({ rows: { start: 224, end: 672 }, columns: { start: 1216, end: 3648 } });
  expect(zoomed(near, 4, size)).toEqual(wholeView(size));
  expect(panned(near, 9, -9, size)).toEqual({
    rows: { start: 448, end: 896 },
    columns: { start: 0, end: 2432 },
  });
  expect(viewAt(890, 10, size, { rows: 16, columns: 8 })).toEqual({
    rows: { start: 880, end: 896 },
    columns: { start: 10, end: 18 },
  });
});

test('values are told as exactly as their dtype has them', () => {
  expect(valueText(0.0302734375, 'BF16')).toBe('0.03027');
  expect(valueText(-1.17549435e-38, 'F32')).toBe('−1.17549435e−38');
  expect([Number.NaN, Infinity, -Infinity, -0].map((value) => valueText(value, 'F32'))).toEqual([
    'NaN',
    '∞',
    '−∞',
    '−0',
  ]);
  const bytes = Uint8Array.of(0, 1, 0xab, 0xcd);
  expect(bytesText(bytes, { row: 0, column: 1, height: 1, width: 2 })).toBe('AB CD');
});

test('a page comes back as it was, and not as another file was', () => {
  const saved = {
    path: '/a',
    selected: 'x',
    grouping: 'module',
    toggled: ['k', 3],
    isLog: true,
    cell: 'maxAbs',
  };
  expect(restoredState(saved, '/a')).toMatchObject({
    selected: 'x',
    grouping: 'module',
    toggled: ['k'],
    isLog: true,
    cell: 'maxAbs',
  });
  expect(restoredState(saved, '/b')).toMatchObject({ path: '/b', selected: undefined, grouping: 'layer' });
  expect(restoredState('nonsense', '/b')).toMatchObject({ filter: '', isTable: false });
});
