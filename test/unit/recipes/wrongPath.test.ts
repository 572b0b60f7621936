import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { resolved, writeFamily } from './family.ts';

test.each(['../elsewhere', 'org/name'])(
  'a path that is not there (%s) is said to start at the folder of the recipe',
  async (positive) => {
    await using folder = await temporaryFolder();
    writeFamily(folder.path);
    await expect(resolved(folder.path, { base: 'base', positive, negative: 'base' })).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringMatching(
        new RegExp(`paths in a recipe are relative to its folder, ${folder.path}$`),
      ),
    });
  },
);

test('an absolute path is not', async () => {
  await using folder = await temporaryFolder();
  writeFamily(folder.path);
  const recipe = { base: 'base', positive: '/nowhere/at/all', negative: 'base' };
  await expect(resolved(folder.path, recipe)).rejects.toMatchObject({
    code: 'model-not-found',
    message: expect.not.stringContaining('relative'),
  });
});
