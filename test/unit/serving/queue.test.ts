import { expect, test } from 'vitest';
import { Queue } from '../../../server/serving/queue.ts';

test('who has gone while waiting makes room for others, and their work is not begun', async () => {
  const queue = new Queue();
  const { signal } = new AbortController();
  const blocked = Promise.withResolvers<void>();
  const first = queue.run(() => blocked.promise, signal);
  const leave = new AbortController();
  const begun: string[] = [];
  const run = (name: string, by: AbortSignal) => queue.run(async () => void begun.push(name), by);
  await Promise.resolve();
  const gone = Array.from({ length: 256 }, () => run('gone', AbortSignal.any([leave.signal])));
  const left = Promise.allSettled(gone);
  await expect(run('refused', AbortSignal.any([signal]))).rejects.toThrow(
    '256 requests are waiting already.',
  );
  leave.abort();
  const last = run('last', AbortSignal.any([signal]));
  blocked.resolve();
  await Promise.all([first, last]);
  expect((await left).every(({ status }) => status === 'rejected')).toBe(true);
  expect(begun).toEqual(['last']);
});
