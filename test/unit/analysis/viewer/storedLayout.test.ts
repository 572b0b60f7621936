import { expect, test } from 'vitest';
import { matrixWindow, storedWindow } from '../../../../server/analysis/viewer/matrixWindow.ts';
import { storedMatrix, storedOtherwise, turned } from '../../../../server/analysis/viewer/storedLayout.ts';
import { dtypeOf } from '../../../../server/analysis/viewer/surveyTensor.ts';
import type { Layout, StoredTensor } from '../../../../server/tensors/storedTensor.ts';

const tensor: StoredTensor = { name: 'w', dtype: 'F32', shape: [2, 3], file: '/m', offset: 0, bytes: 24 };

test('what lies as it is has values and no warning', () => {
  expect([dtypeOf(tensor), storedOtherwise(tensor)]).toEqual(['F32', []]);
  expect(dtypeOf({ ...tensor, bytes: 20 })).toBeNull();
  expect(dtypeOf({ ...tensor, dtype: 'Q8_0' })).toBeNull();
});

test('a view is shown in order, and needs no warning', () => {
  const view: StoredTensor = { ...tensor, layout: { kind: 'strided', strides: [1, 2] } };
  expect([dtypeOf(view), storedOtherwise(view)]).toEqual(['F32', []]);
});

test.each<readonly [Layout]>([
  [{ kind: 'scaled', by: 's' }],
  [{ kind: 'rope', heads: 2 }],
  [{ kind: 'shifted' }],
])('%o is shown as it is stored, and that is said', (layout) => {
  expect(dtypeOf({ ...tensor, layout })).toBe('F32');
  expect(storedOtherwise({ ...tensor, layout })).toMatchObject([{ code: 'stored-otherwise', tensor: 'w' }]);
});

test('a matrix that is stored column by column is turned back', () => {
  const matrix: StoredTensor = { ...tensor, layout: { kind: 'turned' } };
  expect([dtypeOf(matrix), storedOtherwise(matrix)]).toEqual(['F32', []]);
  expect(storedMatrix(matrix)).toEqual({ ...tensor, shape: [3, 2] });
  const window = { slice: 0, rows: { start: 0, end: 1 }, columns: { start: 1, end: 3 } };
  expect(storedWindow(matrix, window)).toEqual(
    matrixWindow(storedMatrix(matrix), { slice: 0, rows: window.columns, columns: window.rows }),
  );
  expect(() => storedWindow(matrix, { ...window, rows: window.columns })).toThrow(/rows 1 to 3/);
  expect([
    ...turned(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), { rows: 3, columns: 2, width: 2 }),
  ]).toEqual([1, 2, 5, 6, 9, 10, 3, 4, 7, 8, 11, 12]);
});

test('packed types stay as they are stored, and that is said', () => {
  const packed: StoredTensor = { ...tensor, dtype: 'Q4_0', layout: { kind: 'turned' } };
  expect(dtypeOf(packed)).toBeNull();
  expect(storedMatrix(packed)).toBe(packed);
  expect(storedOtherwise(packed)).toMatchObject([{ code: 'stored-otherwise' }]);
});

test('packed weights are not their bytes', () => {
  const [warning] = storedOtherwise({ ...tensor, packed: 'GPTQ, 4 bits' });
  expect(warning?.message).toContain('GPTQ, 4 bits');
});
