import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSingleArchive } from '../../../server/tensors/archive.ts';
import { sameValues } from '../../../server/tensors/sameValues.ts';
import { safetensors } from '../../support/safetensors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const f32 = (values: number[]) => new Uint8Array(new Float32Array(values).buffer);
const bf16 = (values: number[]) =>
  new Uint8Array(
    Uint16Array.from(new Uint32Array(new Float32Array(values).buffer), (bits) => bits >>> 16).buffer,
  );
const F32 = (values: number[]) => ({
  dtype: 'F32' as const,
  shape: [values.length],
  bytes: f32(values),
});
const BF16 = (values: number[]) => ({
  dtype: 'BF16' as const,
  shape: [values.length],
  bytes: bf16(values),
});

const many = Array.from({ length: 2 ** 19 + 3 }, (_, index) => index % 128);

test.each([
  ['the same bytes', F32([1, -2]), F32([1, -2]), true],
  ['another value', F32([1, -2]), F32([1, -3]), false],
  ['the same values in another dtype', F32([1, -2]), BF16([1, -2]), true],
  ['values that the other dtype cannot hold', F32([1, 2.0001]), BF16([1, 2]), false],
  ['another shape', F32([1, 2]), { ...F32([1, 2]), shape: [2, 1] }, false],
  ['NaN, bit for bit', F32([NaN]), F32([NaN]), true],
  ['NaN in another dtype', F32([NaN]), BF16([NaN]), false],
  ['nothing', F32([]), F32([]), true],
  [
    'a dtype that is not decoded',
    { dtype: 'F8_E8M0' as const, shape: [2], bytes: 2 },
    { dtype: 'F8_E8M0' as const, shape: [2], bytes: 2 },
    true,
  ],
  [
    'a dtype that is not decoded, and one that is',
    { dtype: 'F8_E8M0' as const, shape: [2], bytes: 2 },
    F32([0, 0]),
    false,
  ],
  ['long tensors', F32(many), BF16(many), true],
  ['long tensors that differ at the end', F32(many), BF16(many.with(many.length - 1, 5)), false],
])('%s', async (_, one, other, expected) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'x.safetensors');
  writeFileSync(path, safetensors({ one, other }));
  const { tensors } = await readSingleArchive(path);
  const [x, y] = [tensors.get('one'), tensors.get('other')];
  if (x === undefined || y === undefined) throw new Error('A tensor is missing.');
  expect(await sameValues(x, y)).toBe(expected);
});

test('views of one storage are the same where they are at one place, and no others are', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'storage');
  // Every other column: the first four values are the same, and the others are not.
  writeFileSync(file, f32([1, 0, 2, 0, 3, 0, 4, 0, 1, 0, 2, 0, 5, 0, 6, 0]));
  const layout = { kind: 'strided', strides: [4, 2] } as const;
  const view = (offset: number) => {
    return { name: 'w', dtype: 'F32', shape: [2, 2], file, offset, bytes: 16, layout } as const;
  };
  expect(await sameValues(view(0), view(0))).toBe(true);
  expect(await sameValues(view(0), view(32))).toBe(false);
  const beyond = { ...view(0), offset: 60 };
  expect(await sameValues(view(0), beyond)).toBe(false);
});
