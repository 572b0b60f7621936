import { RequestFailure } from '#protocol/failure.ts';
import type { FromPanel } from '#protocol/panel.ts';
import { describe, expect, test, vi } from 'vitest';
import type { Call, CallOptions } from '../../extension/call.ts';
import { Relay } from '../../extension/panels/relay.ts';
import { Bridge } from '../../webview/bridge.ts';
import { planOf, sampleAnalysis } from '../support/analysisSamples.ts';
import { panelClone } from '../support/panelClone.ts';

type Answer = (options: CallOptions<'direction/analyze'>) => Promise<unknown>;

/** Joins both ends of the panel channel. */
function join(answer: Answer, onBug: (error: unknown) => void = () => {}) {
  /* oxlint-disable typescript/no-unsafe-type-assertion -- Stands in for every method; the tests use one. */
  const call = ((_method, _params, options = {}) =>
    answer(options as CallOptions<'direction/analyze'>)) as Call;
  /* oxlint-enable typescript/no-unsafe-type-assertion */
  const bridge = new Bridge({ postMessage: (message) => void relay.receive(panelClone(message)) });
  const relay = new Relay(call, (message) => bridge.receive(panelClone(message)), onBug);
  return { bridge, relay };
}

const params = { subject: { kind: 'recipe', path: '/work/honest.steer.yaml' } } as const;
const result = sampleAnalysis({ layers: 3 });

/** Never answers, but hears the abort. */
const untilAborted: Answer = ({ signal }) =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

describe('panel channel', () => {
  test('delivers the plan, every row and the state in their order, then the result', async () => {
    const steps = [
      planOf(result),
      ...result.tensors.map((tensor) => ({ kind: 'rows', tensors: [tensor] }) as const),
      { kind: 'state', done: 1, total: 2 } as const,
    ];
    const { bridge } = join(async ({ onProgress }) => {
      for (const progress of steps) onProgress?.(progress);
      return result;
    });
    const onProgress = vi.fn();
    expect(await bridge.request('direction/analyze', params, { onProgress })).toEqual(result);
    expect(onProgress.mock.calls.map(([progress]) => progress)).toEqual(steps);
  });

  test('keeps requests apart', async () => {
    const answers = [Promise.withResolvers(), Promise.withResolvers()];
    let asked = 0;
    const { bridge } = join(() => answers[asked++]!.promise);
    const [first, second] = [1, 2].map(() => bridge.request('direction/analyze', params));
    answers[1]!.resolve({ ...result, name: 'second' });
    answers[0]!.resolve({ ...result, name: 'first' });
    expect(await first).toMatchObject({ name: 'first' });
    expect(await second).toMatchObject({ name: 'second' });
  });

  test('rejects with the failure that the server gave', async () => {
    const failure = { code: 'wrong-base', message: 'Another base.', subject: '/work/tuned' } as const;
    const { bridge } = join(() => Promise.reject(new RequestFailure(failure)));
    await expect(bridge.request('direction/analyze', params)).rejects.toMatchObject({ failure });
  });

  test('keeps the detail of what was not foreseen out of the panel, and in the log', async () => {
    const onBug = vi.fn();
    const { bridge } = join(() => Promise.reject(new TypeError('x is not a function')), onBug);
    const failure = { code: 'internal', message: 'Something went wrong. See the log for details.' };
    await expect(bridge.request('direction/analyze', params)).rejects.toMatchObject({ failure });
    expect(onBug).toHaveBeenCalledExactlyOnceWith(new TypeError('x is not a function'));
  });

  test('carries an abort from the webview to the server', async () => {
    const { bridge } = join(untilAborted);
    const controller = new AbortController();
    const asked = bridge.request('direction/analyze', params, { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toMatchObject({ failure: { code: 'cancelled' } });
  });

  test('does not trouble the server with a request already aborted', async () => {
    const answer = vi.fn<Answer>();
    const { bridge } = join(answer);
    const asked = bridge.request('direction/analyze', params, { signal: AbortSignal.abort() });
    await expect(asked).rejects.toMatchObject({ failure: { code: 'cancelled' } });
    expect(answer).not.toHaveBeenCalled();
  });

  test('aborts all that is running when the panel closes', () => {
    const signals: (AbortSignal | undefined)[] = [];
    const { bridge, relay } = join(({ signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    for (let request = 0; request < 2; request++) void bridge.request('direction/analyze', params);
    relay[Symbol.dispose]();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
  });

  test('says nothing to a panel that has closed', async () => {
    const answer = Promise.withResolvers();
    const post = vi.fn();
    let report: CallOptions<'direction/analyze'>['onProgress'];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- As in `join`.
    const call = ((_method, _params, options) => {
      report = options?.onProgress;
      return answer.promise;
    }) as Call;
    const relay = new Relay(call, post, () => {});
    const receiving = relay.receive({ kind: 'request', id: 1, method: 'direction/analyze', params });
    relay[Symbol.dispose]();
    report?.({ kind: 'state', done: 1, total: 2 });
    answer.resolve(result);
    await receiving;
    expect(post).not.toHaveBeenCalled();
  });

  test('a page that was loaded again does not get what its predecessor asked for', async () => {
    const answer = Promise.withResolvers();
    const { bridge, relay } = join(() => answer.promise);
    const settled = vi.fn();
    bridge.request('direction/analyze', params).then(settled, settled);
    await relay.receive({ kind: 'ready' });
    answer.resolve(result);
    await new Promise(setImmediate);
    expect(settled).not.toHaveBeenCalled();
  });

  test('refuses what a panel may not ask, without asking the server', async () => {
    const answer = vi.fn();
    const posted: unknown[] = [];
    const relay = new Relay(
      answer,
      (message) => posted.push(message),
      () => {},
    );
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What a page that is not ours could send.
    await relay.receive({
      kind: 'request',
      id: 7,
      method: 'recipes/write',
      params: {},
    } as unknown as FromPanel);
    expect(answer).not.toHaveBeenCalled();
    expect(posted).toMatchObject([
      { kind: 'reply', id: 7, outcome: { ok: false, failure: { code: 'internal' } } },
    ]);
  });
});
