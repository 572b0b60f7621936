import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../server/bytes/memorySource.ts';
import { readShardIndex } from '../../../server/tensors/shardIndex.ts';

const read = (text: string | Uint8Array) =>
  readShardIndex(memorySource('/model/x.index.json', Buffer.from(text)));

test('reads where each tensor is, whatever else the index says', async () => {
  const metadata = '{"total_size": 1.5e3, "nested": [{"a": [true, false, null, -0.5E-7, "x\\u0041"]}]}';
  const index = await read(
    `{"metadata": ${metadata}, "weight_map": {"b": "2", "__proto__": "1", "a": "2"}, "more": {}}`,
  );
  expect([...index.weightMap]).toEqual([
    ['b', '2'],
    ['__proto__', '1'],
    ['a', '2'],
  ]);
  expect(index.files).toEqual(['1', '2']);
});

const map = (entries: string) => `{"weight_map":{${entries}}}`;

describe('an index is refused', () => {
  test.each([
    ['that is empty', '', /ends where "\{" is due/],
    ['that is not an object', '[]', /has "\[" where "\{" is due/],
    ['that is cut off', '{"weight_map":{"a":"b"', /ends where "\}" is due/],
    ['that goes on after its end', `${map('"a":"b"')}{}`, /goes on after its end/],
    ['that is not UTF-8', Uint8Array.from([0x7b, 0xff, 0x7d]), /not valid UTF-8/],
    ['with a byte order mark', `\ufeff${map('"a":"b"')}`, /where "\{" is due/],
    ['without a weight_map', '{"metadata":{}}', /no weight_map/],
    ['with an empty weight_map', map(''), /empty weight_map/],
    ['with a weight_map that is a list', '{"weight_map":[]}', /where "\{" is due/],
    [
      'with two weight_maps',
      '{"weight_map":{"a":"b"},"weight_map":{"a":"b"}}',
      /repeats the key "weight_map"/,
    ],
    ['with a tensor twice', map('"a":"x","a":"y"'), /repeats the key "a"/],
    ['with a tensor twice, once escaped', map('"a":"x","\\u0061":"y"'), /repeats the key "a"/],
    ['with a key twice in what is passed over', '{"metadata":{"a":1,"a":2}}', /repeats the key "a"/],
    ['with a file that is a number', map('"a":1'), /where "\\"" is due/],
    ['with a file that is null', map('"a":null'), /where "\\"" is due/],
    ['with a file above', map('"a":"../b"'), /"\.\.\/b", which is not a plain file name/],
    ['with a file that is the folder above', map('"a":".."'), /not a plain file name/],
    ['with a file that is this folder', map('"a":"."'), /not a plain file name/],
    ['with a file without a name', map('"a":""'), /not a plain file name/],
    ['with an absolute path', map('"a":"/etc/passwd"'), /not a plain file name/],
    ['with a Windows path', map('"a":"..\\\\b"'), /not a plain file name/],
    ['with a zero byte in a file name', map('"a":"b\\u0000"'), /not a plain file name/],
    ['with a word that JSON does not know', '{"metadata":NaN}', /not a JSON value/],
    ['with a number that JSON does not know', '{"metadata":01}', /not a JSON value/],
    ['with nothing for a value', '{"metadata":}', /not a JSON value/],
    ['with a comma too many', map('"a":"b",'), /where "\\"" is due/],
    ['with a lone surrogate', map('"\\udc00":"b"'), /bad escape/],
    ['with a string without an end', '{"weight_map', /string without an end/],
    ['with a tab in a string', map('"a\t":"b"'), /control character/],
    ['nested without end', `{"metadata":${'['.repeat(100_000)}`, /nested deeper than 32 levels/],
    ['with a million useless values', `{"metadata":[${'0,'.repeat(1_000_000)}0]}`, /more than 100000 values/],
  ])('%s', async (_, text, problem) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'invalid-index',
      subject: '/model/x.index.json',
      message: expect.stringMatching(problem),
    });
  });

  test.each([
    ['10,001 files', () => map(numbered(10_001, (index) => `"${index}":"${index}"`))],
    ['500,001 tensors', () => map(numbered(500_001, (index) => `"${index}":"x"`))],
  ])('with %s', async (_, text) => {
    await expect(read(text())).rejects.toMatchObject({ code: 'too-large' });
  });

  test('above 64 MB, without reading it', async () => {
    const refused = readShardIndex({
      name: '/x',
      size: 2 ** 26 + 1,
      read: () => Promise.reject(new Error('was read')),
    });
    await expect(refused).rejects.toMatchObject({ code: 'too-large', subject: '/x' });
  });

  test('that is a Git LFS pointer', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n';
    await expect(read(pointer)).rejects.toMatchObject({ code: 'git-lfs-pointer' });
  });
});

function numbered(count: number, entry: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => entry(index)).join(',');
}
