import { expect, test } from 'vitest';
import { ServerError } from '../../../server/errors.ts';
import type { Work } from '../../../server/work/job.ts';
import { Lane } from '../../../server/workProcess/lanes.ts';
import { settings } from '../../support/editor.ts';

const asked = (signal = new AbortController().signal) => ({ signal, settings });

test('does one thing after another, failures too', async () => {
  const lane = new Lane(() => {});
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const one = lane.run(asked(), async () => {
    log.push('one begins');
    await first.promise;
    log.push('one fails');
    throw new Error('one');
  });
  const two = lane.run(asked(), async () => log.push('two'));
  await Promise.resolve();
  first.resolve();
  await expect(one).rejects.toThrow('one');
  await two;
  expect(log).toEqual(['one begins', 'one fails', 'two']);
});

test('does not make what is cancelled wait for its turn, nor those behind it go before theirs', async () => {
  const lane = new Lane(() => {});
  const first = Promise.withResolvers<void>();
  const log: string[] = [];
  const one = lane.run(asked(), async () => {
    await first.promise;
    log.push('one');
  });
  const controller = new AbortController();
  const two = lane.run(asked(controller.signal), async () => log.push('two'));
  const three = lane.run(asked(), async () => log.push('three'));
  controller.abort();
  await expect(two).rejects.toMatchObject({ name: 'AbortError' });
  expect(log).toEqual([]);
  first.resolve();
  await Promise.all([one, three]);
  expect(log).toEqual(['one', 'three']);
});

test('keeps its engine, and has another after a device was lost', async () => {
  const lane = new Lane(() => {});
  const engine = () => lane.run(asked(), (work) => work());
  const fail = (error: Error) =>
    lane.run<Work>(asked(), async (work) => {
      await work();
      throw error;
    });
  const first = await engine();
  await expect(fail(new Error('a bug'))).rejects.toThrow('a bug');
  expect(await engine()).toBe(first);
  const lost = new ServerError('device-unavailable', 'webgpu', 'failed to multiply');
  await expect(fail(lost)).rejects.toBe(lost);
  expect(await engine()).not.toBe(first);
});

test('uses no device but the processor where the window does not trust its folders, and says so once', async () => {
  const told: string[] = [];
  const lane = new Lane((text) => told.push(text));
  const untrusted = { ...asked(), settings: { ...settings, device: 'webgpu', trusted: false } as const };
  for (let time = 0; time < 2; time++) {
    const { device } = await lane.run(untrusted, (work) => work());
    expect(device).toEqual({ device: 'cpu', reason: 'The CPU was asked for.' });
  }
  expect(told).toEqual([
    'The CPU is used in place of webgpu, because this window does not trust its folders.',
  ]);
});

test('says nothing where nothing else was asked for', async () => {
  const told: string[] = [];
  const lane = new Lane((text) => told.push(text));
  await lane.run({ ...asked(), settings: { ...settings, trusted: false } }, (work) => work());
  await lane.run(asked(), (work) => work());
  expect(told).toEqual([]);
});
