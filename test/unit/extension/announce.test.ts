import type { WriteResult } from '#protocol/results.ts';
import { expect, test } from 'vitest';
import { announce, type Announcing } from '../../../extension/jobs/announce.ts';
import type { Job, JobState } from '../../../extension/jobs/job.ts';
import { fakeCall, FakeUi } from './fakes.ts';

const result: WriteResult = {
  outputs: [
    {
      path: '/w/out/honest-k1',
      strength: 1,
      format: 'checkpoint',
      rank: null,
      tensors: { changed: 28, copied: 1 },
      bytesRead: 1,
      bytesWritten: 1,
      rounding: { requested: 1, realised: 1, cosine: 1, projection: 0.5, unmoved: 0, overflowed: 0 },
      seconds: 1,
    },
  ],
};
const exists = { code: 'output-exists', message: 'It exists.', subject: '/w/out' } as const;

function scene(state: JobState, picks: readonly string[] = [], isWatched = false) {
  const ui = new FakeUi(picks);
  const done: string[] = [];
  const job: Job = { id: 1, request: { recipe: '/w/honest.steer.yaml', force: false }, state };
  const announcing: Announcing = {
    ui,
    call: fakeCall({
      'models/describe': ({ paths }) =>
        paths.map((path) => ({
          ok: true,
          value: {
            kind: 'checkpoint',
            path,
            name: '',
            architecture: null,
            parameters: 1,
            bytes: 1,
            dtype: 'BF16',
            files: 1,
          },
        })),
    }),
    showFailure: ({ message }) => void done.push(`failure: ${message}`),
    isWatched: () => isWatched,
    copyLoadCommand: (path) => void done.push(`load: ${path}`),
    reach: (milestone) => void done.push(`reached: ${milestone}`),
    replace: ({ id }) => void done.push(`replace: ${id}`),
  };
  return { ui, done, announced: announce(job, announcing) };
}

test('what was written is told in numbers, with what one does next', async () => {
  const { ui, done, announced } = scene({ kind: 'done', result }, ['Copy Load Command']);
  await announced;
  expect(ui.told).toEqual([
    'Wrote out/honest-k1: 28 of 29 tensors changed; bfloat16 keeps 50.0 % of the requested change.',
  ]);
  expect(ui.offered).toEqual([['Reveal', 'Copy Load Command']]);
  expect(done).toEqual(['reached: write', 'load: /w/out/honest-k1']);
});

test('warnings are told with it', async () => {
  const warnings = [{ code: 'unmoved', message: 'Half of the change of /w/honest is lost.' }];
  const { ui, announced } = scene({ kind: 'done', result: { ...result, warnings } });
  await announced;
  expect(ui.told[0]).toMatch(/ Half of the change of honest is lost\.$/);
});

test('who watches the jobs is told nothing', async () => {
  for (const state of [
    { kind: 'done', result },
    { kind: 'failed', failure: { code: 'disk-full', message: 'Full.' } },
  ] as const) {
    const { ui, done, announced } = scene(state, [], true);
    await announced;
    expect(ui.told).toEqual([]);
    expect(done).toEqual(state.kind === 'done' ? ['reached: write'] : []);
  }
});

test('a failure is shown as failures are', async () => {
  const { done, announced } = scene({ kind: 'failed', failure: { code: 'disk-full', message: 'Full.' } });
  await announced;
  expect(done).toEqual(['failure: Full.']);
});

test('what was cancelled is not announced', async () => {
  const { ui, done, announced } = scene({ kind: 'cancelled' });
  await announced;
  expect([ui.told, done]).toEqual([[], []]);
});

test.each([
  ['Replace', ['replace: 1'], []],
  ['Reveal', [], ['/w/out']],
])('an output in the way is asked about: %s', async (choice, done, revealed) => {
  const shown = scene({ kind: 'failed', failure: exists }, [choice], true);
  await shown.announced;
  expect(shown.ui.offered).toEqual([['Replace', 'Reveal']]);
  expect(shown.done).toEqual(done);
  expect(shown.ui.revealed).toEqual(revealed);
});
