import { expect, test } from 'vitest';
import { bounded } from '../../../server/generation/bounded.ts';

test('what ends gives what it gives, and its errors stay its own', () => {
  expect(bounded('/a', () => 7)).toBe(7);
  expect(bounded('/a', () => undefined)).toBeUndefined();
  const error = new RangeError('own');
  expect(() =>
    bounded('/a', () => {
      throw error;
    }),
  ).toThrow(error);
});

test('a pattern and a loop that do not end are refused, and the next call is as ever', () => {
  const never = 'a'.repeat(200);
  const refused = expect.objectContaining({ code: 'too-large', subject: '/tokenizer.json' });
  const runs = [
    () => /^(?:a+)+b/u.test(never),
    () => {
      for (let at = 0; at >= 0; at = (at + 1) % 1000);
    },
  ];
  for (const run of runs) expect(() => bounded('/tokenizer.json', run, 50)).toThrow(refused);
  expect(bounded('/a', () => 'next', 50)).toBe('next');
});
