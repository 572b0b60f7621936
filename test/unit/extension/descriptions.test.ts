import { RequestFailure } from '#protocol/failure.ts';
import type { ModelSummary } from '#protocol/models.ts';
import { expect, test } from 'vitest';
import { Descriptions } from '../../../extension/trees/descriptions.ts';
import { fakeCall } from './fakes.ts';

const run = (path: string): ModelSummary => ({ kind: 'run', path, name: path, checkpoints: [] });

function described(answer = (path: string) => run(path)) {
  const asked: (readonly string[])[] = [];
  const call = fakeCall({
    'models/describe': ({ paths }) => {
      asked.push(paths);
      return paths.map((path) => ({ ok: true, value: answer(path) }));
    },
  });
  const descriptions = new Descriptions(call);
  const changes = () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const listening = descriptions.onDidChange(resolve);
    return promise.finally(() => listening.dispose());
  };
  return { descriptions, asked, changes };
}

test('rows that are shown together are asked about together', async () => {
  const { descriptions, asked, changes } = described();
  const changed = changes();
  expect([descriptions.of('/a'), descriptions.of('/b'), descriptions.of('/a')]).toEqual(
    Array(3).fill(undefined),
  );
  expect(await changed).toEqual(['/a', '/b']);
  expect(asked).toEqual([['/a', '/b']]);
  expect(descriptions.of('/b')).toEqual({ ok: true, value: run('/b') });
});

test('when files change, what was known is shown until it is known anew', async () => {
  let name = 'old';
  const { descriptions, changes } = described((path) => ({ ...run(path), name }));
  const first = changes();
  descriptions.of('/a');
  await first;
  name = 'new';
  descriptions.outdate();
  const second = changes();
  expect(descriptions.of('/a')).toMatchObject({ value: { name: 'old' } });
  await second;
  expect(descriptions.of('/a')).toMatchObject({ value: { name: 'new' } });
});

test('a server that fails is a failure in every row', async () => {
  const failure = { code: 'worker-crashed', message: 'It ended.' } as const;
  const descriptions = new Descriptions(
    fakeCall({
      'models/describe': () => {
        throw new RequestFailure(failure);
      },
    }),
  );
  const { promise, resolve } = Promise.withResolvers<unknown>();
  descriptions.onDidChange(resolve);
  descriptions.of('/a');
  await promise;
  expect(descriptions.of('/a')).toEqual({ ok: false, failure });
});
