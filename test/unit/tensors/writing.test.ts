import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../server/bytes/memorySource.ts';
import { readSafetensors } from '../../../server/tensors/safetensorsHeader.ts';
import { layOut, type TensorSpec } from '../../../server/tensors/safetensorsWriter.ts';
import { readShardIndex } from '../../../server/tensors/shardIndex.ts';
import { indexText, shard } from '../../../server/tensors/sharding.ts';

const tensor = (name: string, bytes: number): TensorSpec => ({ name, dtype: 'U8', shape: [bytes] });

describe('layOut', () => {
  test('gives what PyTorch readers look for, in the order given, padded to 8 bytes', () => {
    const { header, offsets, size } = layOut('/out', [
      tensor('b', 3),
      { name: 'a', dtype: 'BF16', shape: [2, 1] },
    ]);
    const json = Buffer.from(header.subarray(8)).toString();
    expect(json.trimEnd()).toBe(
      '{"__metadata__":{"format":"pt"},"b":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"a":{"dtype":"BF16","shape":[2,1],"data_offsets":[3,7]}}',
    );
    expect(header.length % 8).toBe(0);
    expect(offsets).toEqual([header.length, header.length + 3]);
    expect(size).toBe(header.length + 7);
  });

  test('is understood by the reader, whatever the names', async () => {
    const specs = fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 8 });
    const property = fc.asyncProperty(
      specs,
      fc.dictionary(fc.string(), fc.string()),
      async (names, notes) => {
        const tensors = names
          .filter((name) => name !== '__metadata__')
          .map((name, index) => tensor(name, index));
        const { header, offsets, size } = layOut('/out', tensors, new Map(Object.entries(notes)));
        const file = new Uint8Array(size);
        file.set(header);
        const read = await readSafetensors(memorySource('/out', file));
        expect(read.tensors.map(({ name, offset }) => [name, offset])).toEqual(
          tensors.map(({ name }, index) => [name, offsets[index]]),
        );
        expect([...read.metadata]).toEqual(Object.entries(notes));
      },
    );
    await fc.assert(property, { numRuns: 200, seed: 4 });
  });

  test('keeps metadata in order, also where an object would not', async () => {
    const { header } = layOut(
      '/out',
      [],
      new Map([
        ['b', ''],
        ['1', ''],
        ['__proto__', 'x'],
      ]),
    );
    expect(Buffer.from(header).toString()).toContain('{"b":"","1":"","__proto__":"x"}');
  });

  test.each([
    ['comes twice', ['a', 'a']],
    ['is reserved', ['__metadata__']],
  ])('refuses a name that %s', (_, names) => {
    expect(() =>
      layOut(
        '/out',
        names.map((name) => tensor(name, 1)),
      ),
    ).toThrow(expect.objectContaining({ code: 'invalid-safetensors', subject: '/out', tensor: names[0] }));
  });
});

const filesOf = (sizes: readonly number[], most: number) =>
  shard(
    sizes.map((size, index) => tensor(`t${index}`, size)),
    most,
  ).map(({ file, tensors }) => [file, tensors.map(({ name }) => name).join()]);

describe('shard', () => {
  test('uses one plain file where everything fits', () => {
    expect(filesOf([4, 6], 10)).toEqual([['model.safetensors', 't0,t1']]);
    expect(filesOf([], 10)).toEqual([['model.safetensors', '']]);
  });

  test('fills files in order', () => {
    expect(filesOf([4, 6, 1, 9, 1], 10)).toEqual([
      ['model-00001-of-00003.safetensors', 't0,t1'],
      ['model-00002-of-00003.safetensors', 't2,t3'],
      ['model-00003-of-00003.safetensors', 't4'],
    ]);
  });

  test('gives a tensor above the limit a file to itself, as huggingface_hub does', () => {
    expect(filesOf([1, 20, 2], 10)).toEqual([
      ['model-00001-of-00002.safetensors', 't1'],
      ['model-00002-of-00002.safetensors', 't0,t2'],
    ]);
  });
});

test('indexText is read back, and says how many bytes there are in all', async () => {
  const shards = shard([tensor('b', 4), tensor('__proto__', 7), tensor('1', 9)], 10);
  const text = indexText(shards);
  expect(JSON.parse(text)).toMatchObject({ metadata: { total_size: 20 } });
  const { weightMap } = await readShardIndex(memorySource('/index', Buffer.from(text)));
  expect(weightMap).toEqual(
    new Map([
      ['1', 'model-00003-of-00003.safetensors'],
      ['__proto__', 'model-00002-of-00003.safetensors'],
      ['b', 'model-00001-of-00003.safetensors'],
    ]),
  );
});
