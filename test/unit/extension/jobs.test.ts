import { RequestFailure } from '#protocol/failure.ts';
import type { WriteResult } from '#protocol/results.ts';
import { expect, test } from 'vitest';
import { hasEnded, type JobEvent, type JobState, shareDone, step } from '../../../extension/jobs/job.ts';
import { Jobs, type Work } from '../../../extension/jobs/jobs.ts';
import { jobDescription, statusText } from '../../../extension/jobs/jobText.ts';

const result: WriteResult = { outputs: [] };
const request = { recipe: '/w/honest.steer.yaml', force: false };
const full = { code: 'disk-full', message: 'The disk is full.' } as const;
const stopped = { code: 'cancelled', message: 'Cancelled.' } as const;
const half = { done: 1, total: 2 };

const states: Readonly<Record<JobState['kind'], JobState>> = {
  waiting: { kind: 'waiting' },
  running: { kind: 'running', progress: { done: 0, total: 2 } },
  cancelling: { kind: 'cancelling' },
  done: { kind: 'done', result },
  failed: { kind: 'failed', failure: full },
  cancelled: { kind: 'cancelled' },
};
const progress: JobEvent = { kind: 'progress', progress: half };

test.each<[from: JobState['kind'], event: JobEvent, to: JobState['kind']]>([
  ['waiting', progress, 'running'],
  ['waiting', { kind: 'cancel' }, 'cancelling'],
  ['running', progress, 'running'],
  ['running', { kind: 'cancel' }, 'cancelling'],
  ['running', { kind: 'done', result }, 'done'],
  ['running', { kind: 'failed', failure: full }, 'failed'],
  ['running', { kind: 'failed', failure: stopped }, 'cancelled'],
  ['cancelling', progress, 'cancelling'],
  ['cancelling', { kind: 'failed', failure: stopped }, 'cancelled'],
  ['cancelling', { kind: 'done', result }, 'done'],
  ['done', progress, 'done'],
  ['done', { kind: 'cancel' }, 'done'],
  ['failed', { kind: 'cancel' }, 'failed'],
  ['cancelled', { kind: 'done', result }, 'cancelled'],
])('%s, then %o: %s', (from, event, to) => {
  expect(step(states[from], event).kind).toBe(to);
});

test('what has ended is done, failed or cancelled', () => {
  const ended = Object.values(states).filter(hasEnded);
  expect(ended.map(({ kind }) => kind)).toEqual(['done', 'failed', 'cancelled']);
});

test('jobs are as far as their bytes are together', () => {
  const running = (done: number, total: number) =>
    ({ id: 1, request, state: { kind: 'running', progress: { done, total } } }) as const;
  expect(shareDone([running(10, 100), running(0, 100)])).toBe(0.05);
  expect(shareDone([{ id: 1, request, state: states.waiting }])).toBeNull();
  expect(statusText([running(41, 100)])).toBe('Steering 41 %');
  expect(statusText([running(999, 1000)])).toBe('Steering 99 %');
  expect(statusText([{ id: 1, request, state: states.waiting }])).toBe('Steering');
  expect(statusText([])).toBeUndefined();
});

/** Jobs that are done by hand. */
function manual() {
  const work: { report: Parameters<Work>[1]['onProgress']; finish(): void; fail(error: unknown): void }[] =
    [];
  const jobs = new Jobs((_, { signal, onProgress }) => {
    const { promise, resolve, reject } = Promise.withResolvers<WriteResult>();
    signal.addEventListener('abort', () => reject(signal.reason));
    work.push({ report: onProgress, finish: () => resolve(result), fail: reject });
    return promise;
  });
  const seen: string[] = [];
  jobs.onDidChange((job) => seen.push(job === undefined ? 'list' : jobDescription(job)));
  return { jobs, work, seen };
}

test('a job waits, goes on in place, and is done', async () => {
  const { jobs, work, seen } = manual();
  const ended = jobs.start(request);
  work[0]?.report({ done: 41, total: 100 });
  work[0]?.finish();
  expect((await ended).state).toEqual({ kind: 'done', result });
  expect(seen).toEqual(['list', '41 %', '']);
});

test('a failed job keeps its reason, and can be run again where it is', async () => {
  const { jobs, work } = manual();
  const failed = jobs.start(request);
  work[0]?.fail(new RequestFailure(full));
  expect(jobDescription(await failed)).toBe('The disk is full.');
  const again = jobs.again(1, true);
  expect(jobs.all).toMatchObject([{ id: 1, request: { force: true }, state: { kind: 'waiting' } }]);
  work[1]?.finish();
  await again;
  expect(jobs.all).toMatchObject([{ state: { kind: 'done' } }]);
});

test('what is to be replaced is, even where its job was taken off the list meanwhile', async () => {
  const { jobs, work } = manual();
  const failing = jobs.start(request);
  work[0]?.fail(new RequestFailure(full));
  const failed = await failing;
  jobs.clearFinished();
  const replacing = jobs.replace(failed);
  expect(jobs.all).toMatchObject([{ id: 2, request: { force: true } }]);
  work[1]?.finish();
  await replacing;
  expect(jobs.all).toMatchObject([{ state: { kind: 'done' } }]);
});

test('a cancelled job is neither done nor failed, and what is running is not run again', async () => {
  const { jobs, work } = manual();
  const ended = jobs.start(request);
  await jobs.again(1);
  expect(work).toHaveLength(1);
  jobs.cancel(1);
  expect((await ended).state).toEqual({ kind: 'cancelled' });
});

test('an error that nobody foresaw is a failure without its detail', async () => {
  const { jobs, work } = manual();
  const ended = jobs.start(request);
  work[0]?.fail(new TypeError('x is not a function'));
  expect((await ended).state).toMatchObject({ failure: { code: 'internal' } });
});

test('finished jobs are cleared, running ones stay, and end with the window', async () => {
  const { jobs, work } = manual();
  const first = jobs.start(request);
  const second = jobs.start(request);
  work[0]?.finish();
  await first;
  jobs.clearFinished();
  expect(jobs.all.map(({ id }) => id)).toEqual([2]);
  jobs.dispose();
  expect((await second).state.kind).toBe('cancelled');
});
