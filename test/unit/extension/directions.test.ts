import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EditDirectionParams } from '#protocol/requests.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  deleteDirections,
  describeDirection,
  renameDirection,
} from '../../../extension/commands/directions.ts';
import { movedDirection } from '../../../server/recipes/movedDirection.ts';
import { FakeUi, toolsFor } from './fakes.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directions '));
  await mkdir(join(folder, 'honest'));
  await writeFile(join(folder, 'honest/direction.json'), '{}');
  await writeFile(join(folder, 'x.steer.yaml'), 'directions:\n  - path: honest\n');
});
afterEach(() => rm(folder, { recursive: true }));

/** A window with the direction `honest` and a recipe that uses it; the user answers in this order. */
async function scene(...picks: readonly string[]) {
  const ui = new FakeUi(picks);
  const edited: EditDirectionParams[] = [];
  const summary = { kind: 'direction', name: 'Honest', description: 'Frank' } as const;
  const facts = { rank: 1, norm: 1, relativeNorm: null, base: null, bytes: 1, created: '' };
  const tools = await toolsFor({
    ui,
    folder,
    files: [join(folder, 'honest/direction.json'), join(folder, 'x.steer.yaml')],
    answers: {
      'models/describe': ({ paths: [path = ''] }) => [{ ok: true, value: { ...summary, ...facts, path } }],
      'direction/edit': (params) => {
        edited.push(params);
        return null;
      },
      'recipes/moved': movedDirection,
    },
  });
  return { ui, tools, edited, path: join(folder, 'honest') };
}

test('Rename gives folder and record the name, and offers to edit the recipes that use it', async () => {
  const { ui, tools, edited, path } = await scene('frank', 'Edit Recipes');
  await renameDirection([path], tools);
  expect(edited).toEqual([{ path, name: 'frank' }]);
  expect((await readdir(folder)).toSorted()).toEqual(['frank', 'x.steer.yaml']);
  expect(ui.told).toEqual([
    'Name of the direction and of its folder [honest]',
    'Recipes that name honest: x.steer.yaml.',
  ]);
  expect(ui.edited).toMatchObject([{ path: join(folder, 'x.steer.yaml'), changes: [{ newText: 'frank' }] }]);
});

test('where the folder cannot be renamed, the record is as it was', async () => {
  const { tools, edited, path } = await scene('x.steer.yaml');
  await expect(renameDirection([path], tools)).rejects.toThrow(/^honest could not be renamed: /);
  expect(edited).toEqual([
    { path, name: 'x.steer.yaml' },
    { path, name: 'Honest' },
  ]);
});

test('Describe begins with what is recorded', async () => {
  const { ui, tools, edited, path } = await scene('Keeps to facts');
  await describeDirection([path], tools);
  expect(ui.told[0]).toMatch(/\[Frank\]$/);
  expect(edited).toEqual([{ path, description: 'Keeps to facts' }]);
});

test('Delete names what goes and who uses it, and moves it to the trash', async () => {
  const { ui, tools, path } = await scene('Move to Trash');
  await deleteDirections([path], tools);
  expect(ui.told).toEqual(['Move honest to the trash? Recipes that use it: x.steer.yaml']);
  expect(ui.removed).toEqual([path]);
});

test.each([
  [[], []],
  [['Move to Trash'], []],
  [['Move to Trash', 'Delete for Good'], ['for good']],
])('without a trash and with the answers %j, %j is deleted', async (picks, removed) => {
  const { ui, tools, path } = await scene(...picks);
  ui.hasTrash = false;
  const deleted = deleteDirections([path], tools);
  if (removed.length === 0) await expect(deleted).rejects.toMatchObject({ failure: { code: 'cancelled' } });
  else await deleted;
  expect(ui.removed).toEqual(removed.map((how) => `${path} ${how}`));
});
