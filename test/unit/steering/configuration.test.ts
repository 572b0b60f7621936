import { expect, test } from 'vitest';
import { changedConfiguration } from '../../../server/steering/checkpoint/configuration.ts';

const same = { dtype: undefined, untied: false };

test('a configuration in which nothing changes keeps its bytes', () => {
  expect(changedConfiguration({ dtype: 'bfloat16' }, same)).toBeUndefined();
  expect(changedConfiguration({ dtype: 'bfloat16' }, { ...same, dtype: 'BF16' })).toBeUndefined();
});

test.each<
  [
    what: string,
    config: Record<string, unknown>,
    change: Parameters<typeof changedConfiguration>[1],
    text: string,
  ]
>([
  [
    'its dtype',
    { a: 1, dtype: 'bfloat16', b: 2 },
    { ...same, dtype: 'F32' },
    '{"a":1,"dtype":"float32","b":2}',
  ],
  [
    'the dtype by its old name',
    { torch_dtype: 'bfloat16' },
    { ...same, dtype: 'F16' },
    '{"torch_dtype":"float16"}',
  ],
  ['the dtype it does not name', {}, { ...same, dtype: 'F32' }, '{"dtype":"float32"}'],
  ['its tying', { tie_word_embeddings: true }, { ...same, untied: true }, '{"tie_word_embeddings":false}'],
  [
    'its dtype, and infinite numbers do not',
    { time_step_limit: [0, Infinity], low: -Infinity, word: 'Infinity' },
    { ...same, dtype: 'F32' },
    '{"time_step_limit":[0,Infinity],"low":-Infinity,"word":"Infinity","dtype":"float32"}',
  ],
])('a configuration changes in %s and in nothing else', (_what, config, change, text) => {
  expect(changedConfiguration(config, change)?.replaceAll(/\s/g, '')).toBe(text);
});
