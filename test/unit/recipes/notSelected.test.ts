import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkpointFolder, matrix } from '../../support/modelFolders.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { baseTensors, q0, resolved, valuesOf, writeFamily } from './family.ts';

const embed = 'model.embed_tokens.weight';
let scene: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  scene = await temporaryFolder();
  writeFamily(scene.path);
  const moved = { [q0]: matrix(2, 2, 2, 2, 3, 4) };
  const others = Object.entries(baseTensors).filter(([name]) => name !== embed);
  const lacking = { ...Object.fromEntries(others), ...moved };
  checkpointFolder(join(scene.path, 'resized'), { ...lacking, [embed]: matrix(4, 2, 7) });
  checkpointFolder(join(scene.path, 'lacking'), lacking);
});

afterAll(() => scene[Symbol.asyncDispose]());

test.each([
  ['resized', 'shape-mismatch'],
  ['lacking', 'missing-tensor'],
])(
  'a tensor that cannot be contrasted (%s) is refused, unless it is not selected',
  async (positive, code) => {
    const recipe = { base: 'base', positive, negative: 'base' };
    await expect(resolved(scene.path, recipe)).rejects.toMatchObject({ code, tensor: embed });
    for (const selection of [{ exclude: ['*.embed_tokens.*'] }, { modules: ['attention', 'head'] }]) {
      const { direction } = await resolved(scene.path, { ...recipe, ...selection });
      expect(valuesOf({ direction })).toEqual({ [q0]: [1, 0, 0, 0] });
      const several = [{ name: 'd', positive, negative: 'base', ...selection }];
      const one = await resolved(scene.path, { base: 'base', directions: several });
      expect(valuesOf(one)).toEqual({ [q0]: [1, 0, 0, 0] });
    }
  },
);
