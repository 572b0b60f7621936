import { isSpectrumAbout } from '#protocol/spectrum.ts';
import { expect, test } from 'vitest';
import { chooseDirections, spectrum } from '../../../extension/commands/spectrum.ts';
import { FakeUi, toolsFor } from './fakes.ts';

const adapters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const files = [
  '/work/honest.steer.yaml',
  '/work/w/direction.json',
  ...adapters.map((name) => `/work/${name}/adapter_config.json`),
];
const own = { kind: 'recipe', path: '/work/honest.steer.yaml' } as const;
const stored = { kind: 'model', path: '/work/w' } as const;
const scene = (ui: FakeUi) => toolsFor({ ui, answers: {}, files, folder: '/work' });

test.each([
  [['/work/honest.steer.yaml'], own],
  [['/work/w/direction.json'], stored],
  [['/work/a', '/work/b'], { kind: 'pair', before: '/work/a', after: '/work/b' }],
])('Show Spectrum of %o', async (paths, subject) => {
  const tools = await scene(new FakeUi());
  await spectrum(paths, tools);
  expect(tools.shown).toEqual([subject]);
});

test('with nothing selected the user picks, and a recipe is saved before it is read', async () => {
  const ui = new FakeUi(['honest.steer.yaml']);
  const tools = await scene(ui);
  await spectrum([], tools);
  expect(tools.shown).toEqual([own]);
  expect(ui.saved).toEqual([own.path]);
});

test('all directions of the window but its own are offered beside it', async () => {
  const ui = new FakeUi(['w', 'a']);
  const { subjects } = await chooseDirections({ subjects: [own] }, await scene(ui));
  expect(ui.offered.map((labels) => labels.toSorted())).toEqual([[...adapters, 'w']]);
  expect(subjects[0]).toEqual(own);
  expect(subjects).toHaveLength(3);
  expect(subjects).toEqual(expect.arrayContaining([stored, { kind: 'model', path: '/work/a' }]));
});

test('what stands there already is picked from the start, and none leaves its own', async () => {
  const ui = new FakeUi();
  const picked: unknown[] = [];
  ui.pickMany = async (choices) => {
    picked.push(...choices.filter(({ isPicked }) => isPicked).map(({ label }) => label));
    return [];
  };
  const about = await chooseDirections({ subjects: [own, stored] }, await scene(ui));
  expect(picked).toEqual(['w']);
  expect(about).toEqual({ subjects: [own] });
});

test('more than can be told apart are refused', async () => {
  const ui = new FakeUi(adapters.slice(0, 6));
  await expect(chooseDirections({ subjects: [own] }, await scene(ui))).rejects.toMatchObject({
    failure: { code: 'usage', message: expect.stringContaining('6 directions are too many') },
  });
});

test.each([
  [{ subjects: [own, stored] }, true],
  [{ subjects: [] }, false],
  [{ subjects: Array.from({ length: 7 }, () => own) }, false],
  [{ subjects: [{ kind: 'recipe' }] }, false],
  [{ subjects: own }, false],
  [null, false],
])('a saved state is trusted as far as it is understood: %j', (value, isUnderstood) => {
  expect(isSpectrumAbout(value)).toBe(isUnderstood);
});
