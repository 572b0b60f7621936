import { expect, test, vi } from 'vitest';
import type { Call } from '../../../extension/call.ts';
import { SubjectWatches } from '../../../extension/panels/subjectWatches.ts';
import { fakeCall } from '../extension/fakes.ts';
import { small } from '../webview/spectrumSamples.ts';

const watched = vi.hoisted(() => new Set<string>());
vi.mock('../../../extension/panels/watchFiles.ts', () => ({
  watchFiles: (paths: readonly string[]) => {
    const key = paths.join(' ');
    watched.add(key);
    return { dispose: () => watched.delete(key) };
  },
}));

const recipe = { kind: 'recipe', path: '/work/honest.steer.yaml' } as const;
const adapter = { kind: 'model', path: '/work/sea' } as const;

/** A server whose plans name these files. */
function planning(files: readonly string[]): Call {
  return fakeCall({
    'direction/analyze': (_, { onProgress }) => {
      onProgress?.({ kind: 'plan', name: 'w', layers: 1, tensors: [], files });
      return small;
    },
  });
}

test('what is read for each subject is watched, until it reads something else or goes', async () => {
  const watches = new SubjectWatches(() => {});
  const read = async (subject: typeof recipe | typeof adapter, ...files: readonly string[]) =>
    await watches.listenTo(planning(files))('direction/analyze', { subject });
  await read(recipe, '/work/a');
  await read(adapter, '/work/b');
  expect([...watched]).toEqual(['/work/honest.steer.yaml /work/a', '/work/b']);
  await read(recipe, '/work/c');
  expect([...watched]).toEqual(['/work/b', '/work/honest.steer.yaml /work/c']);
  watches.keep([recipe]);
  expect([...watched]).toEqual(['/work/honest.steer.yaml /work/c']);
  watches.dispose();
  expect(watched.size).toBe(0);
});
