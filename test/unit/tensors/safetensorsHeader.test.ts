import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ByteSource } from '../../../server/bytes/byteSource.ts';
import { memorySource } from '../../../server/bytes/memorySource.ts';
import { ServerError } from '../../../server/errors.ts';
import { readSafetensors } from '../../../server/tensors/safetensorsHeader.ts';
import { safetensors } from '../../support/safetensors.ts';

const read = (bytes: Uint8Array) => readSafetensors(memorySource('/folder/model.safetensors', bytes));

const entry = (begin: number, end: number) =>
  `{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]}`;

describe('readSafetensors', () => {
  test('lists tensors in the order of their data, with absolute places', async () => {
    const header = `{"late":${entry(2, 5)},"early":${entry(0, 2)}}`;
    const bytes = Buffer.concat([safetensors(header), new Uint8Array(5)]);
    const file = '/folder/model.safetensors';
    const result = await read(bytes);
    expect(result.tensors).toEqual([
      { name: 'early', dtype: 'U8', shape: [2], file, offset: 8 + header.length, bytes: 2 },
      { name: 'late', dtype: 'U8', shape: [3], file, offset: 10 + header.length, bytes: 3 },
    ]);
    expect(result.headerBytes).toBe(header.length);
    const sha256 = createHash('sha256')
      .update(bytes.subarray(0, 8 + header.length))
      .digest('hex');
    expect(result.headerSha256).toBe(sha256);
  });

  test('names tensor and numbers, and carries the tensor as data', async () => {
    const bytes = safetensors('{"a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,20]}}');
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'invalid-safetensors',
      tensor: 'a.weight',
      message: '/folder/model.safetensors: tensor "a.weight" has 20 bytes, but F32 [2, 3] takes 24',
    });
  });

  test('cuts a monstrous name in its message', async () => {
    const bytes = safetensors(`{"${'x'.repeat(60_000)}":{}}`);
    const error = await read(bytes).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ServerError);
    expect(String(error).length).toBeLessThan(400);
  });

  test('explains a Git LFS pointer and how to get the file', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 4936294104\n`;
    await expect(read(Buffer.from(pointer))).rejects.toMatchObject({
      code: 'git-lfs-pointer',
      message: expect.stringMatching(/4\.94 GB not fetched: git lfs pull --include "model.safetensors"$/),
    });
  });

  test('stops when aborted', async () => {
    const source = memorySource('/file', safetensors('{}'));
    await expect(readSafetensors(source, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('limits', () => {
  test.each([
    ['a header of 2⁴⁰ bytes', immense(2 ** 41, '{', 2 ** 40), 'too-large'],
    ['a header just above 32 MB', immense(2 ** 41, '{', 2 ** 25 + 1), 'too-large'],
    ['250,001 tensors', immense(2 ** 41, tensorsText(250_001), 2 ** 25), 'too-large'],
    ['100,001 metadata entries', immense(2 ** 41, metadataText(100_001), 2 ** 25), 'too-large'],
    ['a name of 65,536 characters', immense(2 ** 41, `{"${'x'.repeat(65_536)}":{}}`, 2 ** 20), 'too-large'],
    [
      'a shape of a million dimensions',
      immense(2 ** 41, `{"w":{"shape":[${'1,'.repeat(1e6)}1]}}`, 2 ** 22),
      'invalid-safetensors',
    ],
    [
      'ten million opened brackets',
      immense(2 ** 41, `{"w":${'['.repeat(1e7)}`, 2 ** 24),
      'invalid-safetensors',
    ],
    [
      'offsets near 2⁵³',
      immense(2 ** 41, `{"w":{"dtype":"U8","shape":[${2 ** 50}],"data_offsets":[0,${2 ** 50}]}}`, 100),
      'invalid-safetensors',
    ],
  ])('%s: refused without reading or keeping more', async (_, source, code) => {
    await expect(readSafetensors(source)).rejects.toMatchObject({ code, subject: '/immense' });
  });

  test('250,000 tensors are read', async () => {
    const { tensors } = await readSafetensors(immense(8 + 2 ** 25, tensorsText(250_000), 2 ** 25));
    expect(tensors).toHaveLength(250_000);
  });
});

describe('whatever the bytes', () => {
  const valid = safetensors(
    {
      'a.weight': { dtype: 'F32', shape: [2, 3], bytes: 24 },
      'b.bias': { dtype: 'BF16', shape: [3], bytes: 6 },
      'ü\n"': { dtype: 'F4', shape: [2], bytes: 1 },
    },
    { format: 'pt' },
  );

  test('the outcome is foreseen: random bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 500, seed: 1 });
  });

  test('the outcome is foreseen: random headers', async () => {
    const headers = fc.oneof(
      fc.json(),
      fc.string(),
      fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(headers, (text) => check(safetensors(text))),
      { numRuns: 500, seed: 2 },
    );
  });

  test('the outcome is foreseen: a valid file with some bytes changed, cut or repeated', async () => {
    const change = fc.tuple(
      fc.nat(valid.length - 1),
      fc.constantFrom(...Buffer.from('{}[]",:0-9\\eE. x'), 0, 255),
    );
    const mutation = fc.record({
      changes: fc.array(change, { maxLength: 4 }),
      from: fc.nat(valid.length),
      to: fc.nat(valid.length),
    });
    const property = fc.asyncProperty(mutation, async ({ changes, from, to }) => {
      const mutated = Uint8Array.from(valid);
      for (const [at, byte] of changes) mutated[at] = byte;
      await check(mutated);
      await check(Buffer.concat([mutated.subarray(0, from), mutated.subarray(to)]));
    });
    await fc.assert(property, { numRuns: 2000, seed: 3 });
  });
});

/** A file of any size that hands out a given start and fails when more than 40 MB are asked for. */
function immense(size: number, header: string, claimed: number): ByteSource {
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(claimed));
  const bytes = Buffer.concat([start, Buffer.from(header)]);
  return {
    name: '/immense',
    size,
    async read(offset, length) {
      if (length > 4e7) throw new Error(`${length} bytes were asked for`);
      const answer = new Uint8Array(length).fill(0x20);
      answer.set(bytes.subarray(offset, offset + length));
      return answer;
    },
  };
}

function tensorsText(count: number): string {
  const entry = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}';
  return `{${Array.from({ length: count }, (_, index) => `"layer.${index}":${entry}`).join(',')}}`;
}

function metadataText(count: number): string {
  return `{"__metadata__":{${Array.from({ length: count }, (_, index) => `"${index}":""`).join(',')}}}`;
}

/** Any result is good, as long as it is consistent; any refusal, as long as it was foreseen. */
async function check(bytes: Uint8Array): Promise<void> {
  try {
    const { tensors, headerBytes } = await read(bytes);
    let end = 8 + headerBytes;
    for (const tensor of tensors) {
      expect(tensor.offset).toBe(end);
      end += tensor.bytes;
    }
    expect(end).toBe(bytes.length);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
  }
}
