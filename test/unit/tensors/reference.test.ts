import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openFile } from '../../../server/bytes/fileSource.ts';
import { memorySource } from '../../../server/bytes/memorySource.ts';
import { decode, isDecodable } from '../../../server/tensors/decode.ts';
import { readSafetensors } from '../../../server/tensors/safetensorsHeader.ts';
import { layOut } from '../../../server/tensors/safetensorsWriter.ts';

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/safetensors/${name}`, import.meta.url));

interface Reference {
  readonly cases: readonly { readonly name: string; readonly file: string; readonly accepted: boolean }[];
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by the generator beside it.
const reference = JSON.parse(await readFile(fixture('reference.json'), 'utf8')) as Reference;

/** What the reference implementation lets pass although the format forbids it or leaves it open. */
const stricter = new Set([
  'an unknown field',
  'the same name twice',
  'the same name twice, once escaped',
  'a metadata key twice',
  'metadata that is null',
  'white space first',
]);

const judged = reference.cases.map((item) => ({
  ...item,
  accepted: item.accepted && !stricter.has(item.name),
}));

describe('like the reference implementation', () => {
  test.each(judged.filter(({ accepted }) => accepted))('accepts $name', async ({ file }) => {
    const source = memorySource('/good', Buffer.from(file, 'base64'));
    await expect(readSafetensors(source)).resolves.toMatchObject({ path: '/good' });
  });

  test.each(judged.filter(({ accepted }) => !accepted))('refuses $name', async ({ file }) => {
    const source = memorySource('/bad', Buffer.from(file, 'base64'));
    await expect(readSafetensors(source)).rejects.toMatchObject({
      code: 'invalid-safetensors',
      subject: '/bad',
    });
  });

  test('has a case for each place where we are stricter', () => {
    const accepted = reference.cases.filter((item) => item.accepted).map(({ name }) => name);
    expect(accepted).toEqual(expect.arrayContaining([...stricter]));
  });
});

describe('a file that the reference implementation wrote', () => {
  test('reads as it was meant', async () => {
    await using source = await openFile(fixture('valid.safetensors'));
    const { tensors, metadata } = await readSafetensors(source);
    expect(Object.fromEntries(metadata)).toEqual({ note: 'ü \0 end' });
    const values = new Map<string, readonly number[]>();
    for (const { name, dtype, offset, bytes } of tensors) {
      if (isDecodable(dtype)) values.set(name, [...decode(dtype, await source.read(offset, bytes))]);
    }
    const floats = [0, -0, 1, -1.5, 3e-5, 65504, Infinity, Number.NaN];
    expect(values.get('float64')).toEqual(floats);
    expect(values.get('float32')).toEqual(floats.map(Math.fround));
    expect(values.get('float16')).toEqual([0, -0, 1, -1.5, 503 * 2 ** -24, 65504, Infinity, Number.NaN]);
    expect(values.get('bfloat16')).toEqual([0, -0, 1, -1.5, 252 * 2 ** -23, 65536, Infinity, Number.NaN]);
    expect(values.get('int64')).toEqual([0, 1, 2 ** 53]);
    expect(values.get('int32')).toEqual([0, 1, 2 ** 31 - 1]);
    expect(values.get('int16')).toEqual([0, 1, -(2 ** 15)]);
    expect(values.get('int8')).toEqual([0, 1, -128]);
    expect(values.get('uint8')).toEqual([0, 1, 255]);
    expect(values.get('bool')).toEqual([1, 0]);
    expect(values.get('matrix')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(values.get('scalar')).toEqual([7]);
    expect(values.get('empty')).toEqual([]);
    const odd = ['__proto__', 'constructor', 'quote " and \\ and \n', '层.0.权重 🧭', ''];
    expect(odd.map((name) => values.get(name))).toEqual([[1], [2], [3], [4], [5]]);
  });

  test('has the header that our writer gives for the same tensors, byte for byte', async () => {
    await using source = await openFile(fixture('valid.safetensors'));
    const { tensors, metadata, headerBytes } = await readSafetensors(source);
    const { header, offsets, size } = layOut('/copy', tensors, metadata);
    expect(Buffer.from(header).toString()).toBe(
      Buffer.from(await source.read(0, 8 + headerBytes)).toString(),
    );
    expect(offsets).toEqual(tensors.map(({ offset }) => offset));
    expect(size).toBe(source.size);
  });
});
