import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toSettings } from '../../../extension/settings.ts';

const home = homedir();
const none = { modelFolders: undefined, hubCache: undefined, bases: undefined, device: undefined };
const read = (raw: object) => toSettings({ ...none, ...raw }, home);

test('nothing set is the defaults, without a complaint', () => {
  const defaults = { modelFolders: [], hubCache: null, bases: {}, device: 'auto', problems: [] };
  expect(read({})).toEqual(defaults);
  expect(read({ modelFolders: [], hubCache: '', bases: {}, device: 'auto' })).toEqual(defaults);
});

test('~ is the home folder', () => {
  const raw = { modelFolders: ['~/models'], hubCache: '~', bases: { '/data/llama': '~/llama', x: 'org/x' } };
  expect(read(raw)).toMatchObject({
    modelFolders: [join(home, 'models')],
    hubCache: home,
    bases: { '/data/llama': join(home, 'llama'), x: 'org/x' },
    problems: [],
  });
});

test.each([
  [{ modelFolders: 'models' }, 'weightSteering.modelFolders is not a list of folders.'],
  [
    { modelFolders: ['models', 3] },
    /has "models", which is neither an absolute path nor one that begins with ~/,
  ],
  [{ hubCache: 'cache' }, /weightSteering.hubCache has "cache"/],
  [{ bases: [] }, 'weightSteering.bases is not an object of names and places.'],
  [{ bases: { llama: 7 } }, 'weightSteering.bases has no path or Hub id for "llama".'],
  [{ device: 'tpu' }, 'weightSteering.device is "tpu", and has to be auto, cpu or webgpu.'],
])('%o is left out, and said', (raw, problem) => {
  const { problems, ...rest } = read(raw);
  expect(problems[0]).toMatch(problem);
  expect(rest).toEqual({ modelFolders: [], hubCache: null, bases: {}, device: 'auto' });
});
