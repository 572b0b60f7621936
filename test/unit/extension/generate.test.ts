import { expect, test } from 'vitest';
import { generate } from '../../../extension/commands/generate.ts';
import { FakeUi, toolsFor } from './fakes.ts';

const files = ['/work/a/direction.json', '/work/c/adapter_config.json', '/work/my.steer.yaml'];
const scene = (ui = new FakeUi()) => toolsFor({ ui, answers: {}, files, folder: '/work' });

test('a recipe is saved first, and a model is named by its folder', async () => {
  const tools = await scene();
  await generate(['/work/my.steer.yaml'], tools);
  await generate(['/work/a/direction.json'], tools);
  expect(tools.shown).toEqual([
    { generate: { kind: 'recipe', path: '/work/my.steer.yaml' } },
    { generate: { kind: 'model', path: '/work/a' } },
  ]);
  expect(tools.ui).toMatchObject({ saved: ['/work/my.steer.yaml'] });
});

test('with nothing selected the user picks a recipe or a model', async () => {
  const ui = new FakeUi(['c']);
  const tools = await scene(ui);
  await generate([], tools);
  expect(ui.offered).toEqual([['my.steer.yaml', 'a', 'c']]);
  expect(tools.shown).toEqual([{ generate: { kind: 'model', path: '/work/c' } }]);
});
