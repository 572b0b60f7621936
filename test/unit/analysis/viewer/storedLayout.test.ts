import { expect, test } from 'vitest';
import { storedOtherwise } from '../../../../server/analysis/viewer/storedLayout.ts';
import { dtypeOf } from '../../../../server/analysis/viewer/surveyTensor.ts';
import type { Layout, StoredTensor } from '../../../../server/tensors/storedTensor.ts';

const tensor: StoredTensor = { name: 'w', dtype: 'F32', shape: [2, 3], file: '/m', offset: 0, bytes: 24 };

test('what lies as it is has values and no warning', () => {
  expect([dtypeOf(tensor), storedOtherwise(tensor)]).toEqual(['F32', []]);
  expect(dtypeOf({ ...tensor, bytes: 20 })).toBeNull();
  expect(dtypeOf({ ...tensor, dtype: 'Q8_0' })).toBeNull();
});

test.each<readonly [Layout, string | null]>([
  [{ kind: 'scaled', by: 's' }, 'F32'],
  [{ kind: 'rope', heads: 2 }, 'F32'],
  [{ kind: 'shifted' }, 'F32'],
  [{ kind: 'turned' }, null],
  [{ kind: 'strided', strides: [1, 2] }, null],
])('%o is shown as it is stored, or as bytes, and that is said', (layout, dtype) => {
  expect(dtypeOf({ ...tensor, layout })).toBe(dtype);
  expect(storedOtherwise({ ...tensor, layout })).toMatchObject([{ code: 'stored-otherwise', tensor: 'w' }]);
});

test('packed weights are not their bytes', () => {
  const [warning] = storedOtherwise({ ...tensor, packed: 'GPTQ, 4 bits' });
  expect(warning?.message).toContain('GPTQ, 4 bits');
});
