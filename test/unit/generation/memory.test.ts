import { expect, test } from 'vitest';
import { loadingBytes, operandBytes } from '../../../server/generation/memory.ts';
import type { StoredTensor } from '../../../server/tensors/storedTensor.ts';

function stored(dtype: StoredTensor['dtype'], shape: readonly number[], bytes: number): StoredTensor {
  return { name: 'w', dtype, shape, file: '/model.safetensors', offset: 0, bytes };
}

test('values of 16 bits are counted as the float32 copies that a session holds', () => {
  const operands = [stored('BF16', [2, 3], 12), stored('F16', [5], 10), stored('F32', [4], 16)];
  expect(operandBytes(operands)).toBe(24 + 20 + 16);
  expect(loadingBytes(operands)).toBe(24 + 20 + 16 + 24);
});
