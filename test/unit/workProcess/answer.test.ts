import { describe, expect, test } from 'vitest';
import type { FromWork, ToWork } from '#protocol/work.ts';
import { ServerError } from '../../../server/errors.ts';
import { answerWith } from '../../../server/workProcess/answer.ts';
import { createWorkHandlers, type WorkHandlers } from '../../../server/workProcess/handlers.ts';
import { Lane } from '../../../server/workProcess/lanes.ts';
import { settings } from '../../support/editor.ts';

const real = createWorkHandlers({
  writing: new Lane(() => {}),
  analysing: new Lane(() => {}),
  viewing: new Lane(() => {}),
  generating: new Lane(() => {}),
});

/** Both ends of the channel, with some handlers in place of the real ones. */
function channel(handlers: Partial<WorkHandlers>) {
  const sent: FromWork[] = [];
  const replied = Promise.withResolvers<void>();
  const receive = answerWith({ ...real, ...handlers }, (message) => {
    sent.push(message);
    if (message.kind === 'reply') replied.resolve();
  });
  return { sent, receive: (message: ToWork) => receive(message), replied: replied.promise };
}

const describe1 = {
  kind: 'request',
  id: 7,
  method: 'models/describe',
  params: { paths: [] },
  settings,
} as const;
const write1 = {
  kind: 'request',
  id: 8,
  method: 'recipes/write',
  params: { path: '/r', force: false },
  settings,
} as const;

describe('a request', () => {
  test('has its progress and one reply, with its id', async () => {
    const { sent, receive, replied } = channel({
      'recipes/write': async (_, { report }) => {
        report({ done: 1, total: 2 });
        return { outputs: [] };
      },
    });
    receive(write1);
    await replied;
    expect(sent).toEqual([
      { kind: 'progress', id: 8, progress: { done: 1, total: 2 } },
      { kind: 'reply', id: 8, outcome: { ok: true, value: { outputs: [] } } },
    ]);
  });

  test('that fails as foreseen is answered with the failure', async () => {
    const { sent, receive, replied } = channel({
      'models/describe': async () => {
        throw new ServerError('unreadable', '/m', 'cannot be read');
      },
    });
    receive(describe1);
    await replied;
    const failure = { code: 'unreadable', message: '/m: cannot be read', subject: '/m' };
    expect(sent).toEqual([{ kind: 'reply', id: 7, outcome: { ok: false, failure } }]);
  });

  test('that fails by a mistake of ours leaves its stack in the log, and nothing of it in the reply', async () => {
    const { sent, receive, replied } = channel({
      'models/describe': async () => {
        throw new TypeError('secret');
      },
    });
    receive(describe1);
    await replied;
    expect(sent).toMatchObject([
      { kind: 'log', text: expect.stringContaining('TypeError: secret') },
      { kind: 'reply', outcome: { ok: false, failure: { code: 'internal' } } },
    ]);
    expect(JSON.stringify(sent[1])).not.toContain('secret');
  });

  test('that is cancelled is answered as that, whatever it throws', async () => {
    const { sent, receive, replied } = channel({
      'models/describe': (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('odd')));
        }),
    });
    receive(describe1);
    receive({ kind: 'cancel', id: 7 });
    await replied;
    expect(sent).toMatchObject([{ id: 7, outcome: { ok: false, failure: { code: 'cancelled' } } }]);
  });
});
