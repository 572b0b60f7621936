import { describe, expect, test } from 'vitest';
import { restoredState } from '../../../webview/layers/viewState.ts';

const subject = { kind: 'recipe', path: '/work/honest.steer.yaml' } as const;
const fresh = restoredState(undefined, subject);

describe('what a page remembers', () => {
  test('comes back as it was', () => {
    const state = {
      subject,
      metric: 'share',
      selected: '1/mlp/up_proj',
      pinned: undefined,
      isTable: true,
      range: { first: 2, last: 5 },
      modules: ['mlp/up_proj'],
    };
    expect(restoredState(JSON.parse(JSON.stringify(state)), subject)).toEqual(state);
  });

  test.each([
    ['of another subject', { subject: { kind: 'model', path: '/m' }, isTable: true }],
    ['without a subject', { isTable: true }],
    ['that is not an object', 'state'],
    [
      'with a metric, a range and a cell that do not exist',
      { subject, metric: 'love', range: { first: 9, last: 1 }, selected: 4 },
    ],
    ['with half a range', { subject, range: { first: 1 } }],
  ])('is dropped where it is a state %s', (_, state) => {
    expect(restoredState(state, subject)).toEqual(fresh);
  });
});
