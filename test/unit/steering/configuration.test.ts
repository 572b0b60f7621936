import { expect, test } from 'vitest';
import { changedConfiguration } from '../../../server/steering/checkpoint/configuration.ts';

const same = { dtype: undefined, untied: false };

/** What a test needs of the file is what JSON can say; Python's Infinity is text to the change. */
function changed(text: string, change: Parameters<typeof changedConfiguration>[2]): string | undefined {
  const config: Record<string, unknown> = JSON.parse(text.replaceAll(/-?Infinity/g, '0'));
  return changedConfiguration(config, text, change);
}

test('a configuration in which nothing changes keeps its bytes', () => {
  expect(changed('{"dtype": "bfloat16"}', same)).toBeUndefined();
  expect(changed('{"dtype": "bfloat16"}', { ...same, dtype: 'BF16' })).toBeUndefined();
});

test.each<[what: string, text: string, change: Parameters<typeof changed>[1], result: string]>([
  [
    'its dtype',
    '{\n  "a": 1,\n  "dtype": "bfloat16",\n  "b": 2\n}\n',
    { ...same, dtype: 'F32' },
    '{\n  "a": 1,\n  "dtype": "float32",\n  "b": 2\n}\n',
  ],
  [
    'the dtype by its old name',
    '{"torch_dtype":"bfloat16"}',
    { ...same, dtype: 'F16' },
    '{"torch_dtype":"float16"}',
  ],
  ['the dtype it does not name', '{}', { ...same, dtype: 'F32' }, '{\n  "dtype": "float32"}'],
  [
    'what it does not name, at its end',
    '{"a":[1,{"dtype":2}]}',
    { dtype: 'F32', untied: true },
    '{"a":[1,{"dtype":2}],\n  "dtype": "float32",\n  "tie_word_embeddings": false}',
  ],
  [
    'its tying',
    '{"tie_word_embeddings" : true }',
    { ...same, untied: true },
    '{"tie_word_embeddings" : false }',
  ],
  [
    'its dtype, and numbers keep their spelling',
    '{"s":1.0,"e":1e-05,"n":12345678901234567890,"t":[0.0,Infinity],"l":-Infinity,"dtype":null}',
    { ...same, dtype: 'F32' },
    '{"s":1.0,"e":1e-05,"n":12345678901234567890,"t":[0.0,Infinity],"l":-Infinity,"dtype":"float32"}',
  ],
  [
    'its dtype only, whatever else has such a name',
    String.raw`{"x":"\"dtype\": 1,","text_config":{"dtype":"float16"},"\u0064type":{"a":[1]},"y":{}}`,
    { ...same, dtype: 'F32' },
    String.raw`{"x":"\"dtype\": 1,","text_config":{"dtype":"float16"},"\u0064type":"float32","y":{}}`,
  ],
  [
    'every copy of a key, of which the last counts',
    '{"dtype":"float16","dtype":"bfloat16"}',
    { ...same, dtype: 'F32' },
    '{"dtype":"float32","dtype":"float32"}',
  ],
])('a configuration changes in %s and in nothing else', (_what, text, change, result) => {
  expect(changed(text, change)).toBe(result);
});
