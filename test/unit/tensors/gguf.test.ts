import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../server/bytes/memorySource.ts';
import { ServerError } from '../../../server/errors.ts';
import { readGguf } from '../../../server/tensors/gguf/ggufFile.ts';
import { ggufFile, list, text, u32, u64, type GgufParts } from '../../support/ggufFile.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/gguf/${name}`, import.meta.url));
const read = (bytes: Uint8Array) => readGguf(memorySource('/bad.gguf', bytes));

const tensor = { name: 'w', sizes: [4n, 2n], type: 0, offset: 0n };
const good = (parts: Partial<GgufParts> = {}) => ggufFile({ tensors: [tensor], data: 32, ...parts });

test('a small file is read', async () => {
  const { tensors, values } = await read(good({ values: [['a.b', u32(4), u32(7)]] }));
  expect(tensors).toMatchObject([{ name: 'w', dtype: 'F32', shape: [2, 4], bytes: 32 }]);
  expect(values.get('a.b')).toBe(7);
});

test('values of every kind are read', async () => {
  const { values } = await readGguf(memorySource('/llama', readFileSync(fixture('llama-F32.gguf'))));
  expect(values.get('general.architecture')).toBe('llama');
  expect(values.get('test.numbers')).toEqual({ count: 3, items: [1, 2, 3] });
  expect(values.get('tokenizer.ggml.tokens')).toEqual({ count: 40, items: undefined });
});

describe('refused is', () => {
  test.each<[string, Uint8Array, string, RegExp]>([
    ['nothing', new Uint8Array(), 'invalid-gguf', /after 0 bytes/],
    ['another file', Buffer.from('GGML'.repeat(9)), 'invalid-gguf', /does not begin/],
    ['version 1', good({ version: 1 }), 'unsupported-format', /version 1/],
    ['version 4', good({ version: 4 }), 'unsupported-format', /version 4/],
    ['a big-endian one', good({ version: 0x03000000 }), 'unsupported-format', /big-endian/],
    ['2⁶³ tensors', good({ count: 2n ** 63n }), 'invalid-gguf', /claims 9223372036854775808 tensors/],
    ['2⁶³ values', good({ valueCount: 2n ** 63n }), 'invalid-gguf', /9223372036854775808 metadata values/],
    ['more values than there are', good({ valueCount: 3n }), 'invalid-gguf', /./],
    [
      'more tensors than there are',
      good({ count: 3n }),
      'invalid-gguf',
      /middle of its header|dimensions|twice/,
    ],
    [
      'a name of 2⁶³ bytes',
      good({ values: [[u64(2n ** 63n), u32(4), u32(1)]] }),
      'invalid-gguf',
      /bytes of a text/,
    ],
    [
      'a text of 2⁶³ bytes',
      good({ values: [['a', u32(8), u64(2n ** 63n)]] }),
      'invalid-gguf',
      /bytes of a text/,
    ],
    [
      'a text that is cut off',
      good({ values: [['a', u32(8), u64(2n ** 20n)]] }),
      'invalid-gguf',
      /middle of its header/,
    ],
    [
      'a text that is not UTF-8',
      good({ values: [['a', u32(8), Buffer.concat([u64(1n), Buffer.from([0xff])])]] }),
      'invalid-gguf',
      /UTF-8/,
    ],
    [
      'a list of 2⁶³',
      good({ values: [['a', u32(9), list(4, 2n ** 63n)]] }),
      'invalid-gguf',
      /values of a list/,
    ],
    [
      'a list of texts of 2⁶³',
      good({ values: [['a', u32(9), list(8, 2n ** 63n)]] }),
      'invalid-gguf',
      /values of a list/,
    ],
    [
      'a list whose text has 2⁶³ bytes',
      good({ values: [['a', u32(9), Buffer.concat([list(8, 1n), u64(2n ** 63n)])]] }),
      'invalid-gguf',
      /bytes of a text/,
    ],
    ['a list of lists', good({ values: [['a', u32(9), list(9, 2n)]] }), 'invalid-gguf', /list of lists/],
    ['a list of no type', good({ values: [['a', u32(9), list(99, 2n)]] }), 'invalid-gguf', /type 99/],
    [
      'a long list that is cut off',
      good({ values: [['a', u32(9), list(0, 2n ** 24n)]] }),
      'invalid-gguf',
      /middle of its header/,
    ],
    ['a value of no type', good({ values: [['a', u32(77), u32(1)]] }), 'invalid-gguf', /type 77/],
    [
      'a key twice',
      good({
        values: [
          ['a', u32(4), u32(1)],
          ['a', u32(4), u32(1)],
        ],
      }),
      'invalid-gguf',
      /"a" twice/,
    ],
    ['a tensor twice', good({ tensors: [tensor, tensor] }), 'invalid-gguf', /"w" twice/],
    [
      'five dimensions',
      good({ tensors: [{ ...tensor, sizes: [1n, 1n, 1n, 1n, 1n] }] }),
      'invalid-gguf',
      /5 dimensions/,
    ],
    ['a type that was given up', good({ tensors: [{ ...tensor, type: 4 }] }), 'invalid-gguf', /type 4/],
    ['a type of the future', good({ tensors: [{ ...tensor, type: 9999 }] }), 'invalid-gguf', /type 9999/],
    [
      '2⁶³ elements',
      good({ tensors: [{ ...tensor, sizes: [2n ** 63n] }] }),
      'invalid-gguf',
      /9223372036854775808 elements/,
    ],
    [
      '2⁵² × 2⁵² elements',
      good({ tensors: [{ ...tensor, sizes: [2n ** 52n, 2n ** 52n] }] }),
      'invalid-gguf',
      /more elements/,
    ],
    [
      'a tensor beyond the end',
      good({ tensors: [{ ...tensor, sizes: [5n, 2n] }] }),
      'invalid-gguf',
      /40 bytes at data byte 0, but the file ends at 32/,
    ],
    [
      'a place of 2⁶³',
      good({ tensors: [{ ...tensor, offset: 2n ** 63n }] }),
      'invalid-gguf',
      /ends at 32; it is cut off/,
    ],
    [
      'a place between the steps',
      good({ tensors: [{ ...tensor, offset: 4n }] }),
      'invalid-gguf',
      /no multiple of 32/,
    ],
    [
      'two tensors in one place',
      good({ tensors: [tensor, { ...tensor, name: 'v' }] }),
      'invalid-gguf',
      /inside of another/,
    ],
    [
      'a row that is no whole number of blocks',
      good({ tensors: [{ ...tensor, type: 8 }] }),
      'invalid-gguf',
      /rows of 4 values; Q8_0 packs 32/,
    ],
    [
      'an alignment of 0',
      good({ values: [['general.alignment', u32(4), u32(0)]] }),
      'invalid-gguf',
      /alignment 0/,
    ],
    [
      'an alignment of 24',
      good({ values: [['general.alignment', u32(4), u32(24)]] }),
      'invalid-gguf',
      /alignment 24/,
    ],
    [
      'an alignment that is text',
      good({ values: [['general.alignment', u32(8), text('32')]] }),
      'invalid-gguf',
      /alignment 32/,
    ],
    [
      'an alignment that is a list',
      good({ values: [['general.alignment', u32(9), list(4, 0n)]] }),
      'invalid-gguf',
      /of a list/,
    ],
    [
      'an alignment of 2³¹',
      good({ values: [['general.alignment', u32(4), u32(2 ** 31)]] }),
      'invalid-gguf',
      /cut off/,
    ],
    [
      'a Git LFS pointer',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n'),
      'git-lfs-pointer',
      /5 B not fetched/,
    ],
  ])('%s', async (_, bytes, code, message) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code,
      subject: '/bad.gguf',
      message: expect.stringMatching(message),
    });
  });
});

/** A list of so many bytes. */
function numbers(count: number): Buffer {
  return Buffer.concat([list(0, BigInt(count)), Buffer.alloc(count, 7)]);
}

test('numbers are kept of short lists, and of all lists together no more than 262,144', async () => {
  const many = Array.from({ length: 70 }, (_, index) => [`k${index}`, u32(9), numbers(4096)] as const);
  const { values } = await read(good({ values: [['long', u32(9), numbers(4097)], ...many] }));
  expect(values.get('long')).toEqual({ count: 4097, items: undefined });
  const kept = many.filter(([key]) => {
    const value = values.get(key);
    return typeof value === 'object' && value.items !== undefined;
  });
  expect(kept).toHaveLength(64);
  expect(values.get('k0')).toEqual({ count: 4096, items: Array.from({ length: 4096 }, () => 7) });
});

test('a file that is cut off anywhere is refused', async () => {
  const whole = readFileSync(fixture('llama-Q8_0.gguf'));
  for (let length = 0; length < whole.length; length += 97) {
    await expect(read(whole.subarray(0, length))).rejects.toBeInstanceOf(ServerError);
  }
});

test('a damaged file is refused or read, whatever the damage', async () => {
  const originals = [
    readFileSync(fixture('llama-Q8_0.gguf')),
    good({ values: [['a', u32(9), list(4, 0n)]] }),
  ];
  const changes = fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...originals), changes, async (original, changed) => {
      const bytes = Uint8Array.from(original);
      for (const [at, value] of changed) bytes[at % bytes.length] = value;
      await read(bytes).catch((error: unknown) => {
        if (!(error instanceof ServerError)) throw error;
      });
    }),
    { numRuns: 2000 },
  );
});
