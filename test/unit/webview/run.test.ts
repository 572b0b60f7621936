import { describe, expect, test } from 'vitest';
import { paceOf } from '../../../webview/layers/pace.ts';
import { notStarted, type Run, type RunEvent, step } from '../../../webview/layers/run.ts';
import { planOf, sampleAnalysis } from '../../support/analysisSamples.ts';

const result = sampleAnalysis({ layers: 2 });
const plan: RunEvent = { kind: 'progress', progress: planOf(result) };

/** One event a second. */
function played(...events: readonly RunEvent[]): Run {
  return events.reduce<Run>((run, event, second) => step(run, { event, now: 1000 * second }), notStarted);
}

function rows(from: number, to: number): RunEvent {
  return { kind: 'progress', progress: { kind: 'rows', tensors: result.tensors.slice(from, to) } };
}

function state(done: number): RunEvent {
  return { kind: 'progress', progress: { kind: 'state', done, total: 1000 } };
}

const cancel: RunEvent = { kind: 'fail', failure: { code: 'cancelled', message: 'Cancelled.' } };

describe('an analysis under way', () => {
  test('gathers rows as they come, in no order', () => {
    const run = played({ kind: 'start' }, plan, rows(5, 8), rows(0, 5), state(700));
    expect(run).toMatchObject({ phase: 'working', done: 700, total: 1000 });
    expect([...run.rows.keys()].toSorted()).toEqual(
      result.tensors
        .slice(0, 8)
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  test('is whole at its end, whatever came before', () => {
    const run = played({ kind: 'start' }, plan, rows(0, 2), { kind: 'finish', result });
    expect(run.phase).toBe('done');
    expect(run.rows.size).toBe(result.tensors.length);
  });

  test('can end without having said what it would do', () => {
    expect(played({ kind: 'start' }, { kind: 'finish', result }).plan?.tensors).toHaveLength(14);
  });

  test('keeps what was there when it is cancelled, and when it fails', () => {
    const failure = { code: 'short-read', message: 'Too short.' } as const;
    expect(played({ kind: 'start' }, plan, rows(0, 3), cancel)).toMatchObject({
      phase: 'cancelled',
      failure: undefined,
    });
    const failed = played({ kind: 'start' }, plan, rows(0, 3), { kind: 'fail', failure });
    expect(failed).toMatchObject({ phase: 'failed', failure });
    expect(failed.rows.size).toBe(3);
  });

  test('is stale once a file changes, until a new plan is there', () => {
    const old = [{ kind: 'start' }, plan, { kind: 'finish', result }, { kind: 'stale' }] as const;
    expect(played(...old).isStale).toBe(true);
    const again = played(...old, { kind: 'start' });
    expect(again).toMatchObject({ phase: 'working', isStale: true });
    expect(again.rows.size).toBe(result.tensors.length);
    const planned = played(...old, { kind: 'start' }, plan);
    expect(planned).toMatchObject({ phase: 'working', isStale: false });
    expect(planned.rows.size).toBe(0);
  });
});

describe('its pace', () => {
  test('is the average since the start', () => {
    expect(paceOf(played({ kind: 'start' }, plan, state(200)))).toEqual({
      share: 0.2,
      bytesPerSecond: 100,
      secondsLeft: 8,
    });
  });

  test('is not guessed at too early', () => {
    expect(paceOf(played({ kind: 'start' }))).toEqual({
      share: null,
      bytesPerSecond: null,
      secondsLeft: null,
    });
  });
});
