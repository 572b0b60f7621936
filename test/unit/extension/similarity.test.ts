import { cancelled, RequestFailure } from '#protocol/failure.ts';
import { isSimilarityParams } from '#protocol/similarity.ts';
import { expect, test } from 'vitest';
import { chooseControls, similarity } from '../../../extension/commands/similarity.ts';
import { FakeUi, toolsFor } from './fakes.ts';

const files = [
  '/work/a/direction.json',
  '/work/b/direction.json',
  '/work/c/adapter_config.json',
  '/work/my.steer.yaml',
];

const scene = (picks: readonly string[] = []) =>
  toolsFor({ ui: new FakeUi(picks), answers: {}, files, folder: '/work' });

test('of what is selected, each by its folder, and recipes as they are on disk', async () => {
  const tools = await scene();
  await similarity(['/work/a/direction.json', '/work/my.steer.yaml', '/work/a'], tools);
  expect(tools.shown).toEqual([{ subjects: ['/work/a', '/work/my.steer.yaml'] }]);
  expect(tools.ui).toMatchObject({ saved: ['/work/my.steer.yaml'] });
});

test('with nothing selected the user picks from all that has a direction', async () => {
  const ui = new FakeUi(['a', 'c']);
  const tools = await toolsFor({ ui, answers: {}, files, folder: '/work' });
  await similarity([], tools);
  expect(ui.offered).toEqual([['my.steer.yaml', 'a', 'b', 'c']]);
  expect(tools.shown).toEqual([{ subjects: ['/work/a', '/work/c'] }]);
});

test('nothing picked shows nothing', async () => {
  const tools = await scene();
  await similarity([], tools);
  expect(tools.shown).toEqual([]);
});

test('controls are none of the subjects; none picked means random draws again', async () => {
  const params = { subjects: ['/work/a', '/work/b'], seed: 3 };
  const ui = new FakeUi(['c']);
  const tools = await toolsFor({ ui, answers: {}, files, folder: '/work' });
  const controlled = await chooseControls(params, tools);
  expect(ui.offered).toEqual([['c']]);
  expect(controlled).toEqual({ ...params, controls: ['/work/c'] });
  expect(await chooseControls(controlled, tools)).toEqual(params);
});

test('leaving the choice of controls leaves them as they were', async () => {
  const ui = new FakeUi();
  ui.pickMany = () => Promise.reject(new RequestFailure(cancelled));
  const tools = await toolsFor({ ui, answers: {}, files, folder: '/work' });
  await expect(chooseControls({ subjects: ['/work/a'] }, tools)).rejects.toThrow(RequestFailure);
});

test.each([
  [{ subjects: ['/a', '/b'] }, true],
  [{ subjects: ['/a'], controls: ['/c'], base: '/d', draws: 20, seed: 0 }, true],
  [{ subjects: [] }, false],
  [{ subjects: [1] }, false],
  [{ subjects: ['/a'], controls: '/c' }, false],
  [null, false],
])('a saved state is trusted as far as it is understood: %j', (value, isUnderstood) => {
  expect(isSimilarityParams(value)).toBe(isUnderstood);
});
