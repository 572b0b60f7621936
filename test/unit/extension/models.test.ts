import { expect, test } from 'vitest';
import { type Findings, isRecipe, Models } from '../../../extension/discovery/models.ts';

test('looks in the workspace and in added folders, and knows each model once', async () => {
  const files = ['/w/b/model.safetensors', '/w/x.steer.yaml'];
  const models = new Models(async () => ({ workspace: files, added: ['/w/b/model.safetensors'] }));
  let told = 0;
  models.onDidChange(() => told++);
  await models.look();
  expect(told).toBe(1);
  expect(models.places.map(({ path }) => path)).toEqual(['/w/b']);
  expect(models.recipes).toEqual(['/w/x.steer.yaml']);
  expect(models.placeAt('/w/b/model.safetensors')?.path).toBe('/w/b');
  expect(models.placeAt('/w')).toBeUndefined();
  expect(['/w', '/w/b', '/w/x'].map((folder) => models.isUnder(folder))).toEqual([true, true, false]);
});

test('an older look that ends late changes nothing', async () => {
  const first = Promise.withResolvers<Findings>();
  const looks = [first.promise, Promise.resolve({ workspace: ['/new/model.safetensors'], added: [] })];
  const models = new Models(() => looks.shift()!);
  const late = models.look();
  await models.look();
  first.resolve({ workspace: ['/old/model.safetensors'], added: [] });
  await late;
  expect(models.workspace.map(({ path }) => path)).toEqual(['/new']);
});

test.each([
  ['a.steer.yaml', true],
  ['a.steer.yml', true],
  ['a.yaml', false],
  ['steer.yaml.txt', false],
])('%s is a recipe: %s', (path, is) => {
  expect(isRecipe(path)).toBe(is);
});

test('who asks before they have been looked for waits until then, also where that fails', async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  const models = new Models(() => promise);
  let hasLooked = false;
  void models.looked.then(() => (hasLooked = true));
  const looking = models.look();
  await Promise.resolve();
  expect(hasLooked).toBe(false);
  reject(new Error('x'));
  await expect(looking).rejects.toThrow('x');
  await models.looked;
});
