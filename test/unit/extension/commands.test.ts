import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RequestFailure } from '#protocol/failure.ts';
import type { BaseSearch } from '#protocol/models.ts';
import type { CreateRecipeParams, WriteParams } from '#protocol/requests.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contrast } from '../../../extension/commands/contrast.ts';
import { dryRun } from '../../../extension/commands/dryRun.ts';
import { saveReport } from '../../../extension/commands/saveReport.ts';
import { layers } from '../../../extension/commands/layers.ts';
import { copyLoadCommand } from '../../../extension/commands/loadCommand.ts';
import { addModelFolder, removeModelFolder } from '../../../extension/commands/modelFolders.ts';
import { ContrastSelection } from '../../../extension/commands/selectForContrast.ts';
import { steer } from '../../../extension/commands/steer.ts';
import { runJobAgain, writeSteered } from '../../../extension/commands/writeSteered.ts';
import { type Answers, FakeUi, toolsFor } from './fakes.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'commands '))));
afterAll(() => rm(folder, { recursive: true }));

const at = (...path: readonly string[]) => join(folder, ...path);
const files = () => [
  at('base/model.safetensors'),
  at('honest/adapter_config.json'),
  at('sycophantic/adapter_config.json'),
  at('w/direction.json'),
  at('honest.steer.yaml'),
];
const nowhere: BaseSearch = {
  found: null,
  candidates: [],
  refused: [],
  named: 'org/base',
  download: 'hf download org/base',
};

/** A server that finds this, and keeps what it was asked to create and write. */
function server(search: BaseSearch) {
  const created: CreateRecipeParams[] = [];
  const searched: unknown[] = [];
  const answers: Answers = {
    'models/describe': ({ paths }) =>
      paths.map((path) => ({ ok: false, failure: { code: 'not-a-model', message: path } })),
    'models/cached': () => [{ id: 'org/cached', path: '/hub/cached', commit: 'c' }],
    'models/findBase': (params) => {
      searched.push(params);
      return search;
    },
    'recipes/create': (params) => {
      created.push(params);
      return { path: params.path, base: null };
    },
  };
  return { created, searched, answers };
}

const honestFirst = 'honest';

test('Contrast asks which is positive, and opens a recipe beside the two', async () => {
  const ui = new FakeUi([honestFirst]);
  const found = { path: at('base'), reference: at('base') };
  const { created, searched, answers } = server({ ...nowhere, found });
  const tools = await toolsFor({ ui, answers, files: [], folder });
  await contrast([at('sycophantic'), at('honest')], tools);
  expect(ui.told).toEqual(['More of which, at positive strength?']);
  expect(ui.offered).toEqual([['sycophantic', 'honest']]);
  expect(searched).toMatchObject([
    { models: [at('honest'), at('sycophantic')], candidates: ['/hub/cached'] },
  ]);
  const source = { kind: 'contrast', positive: at('honest'), negative: at('sycophantic') };
  expect(created).toEqual([{ path: at('honest.steer.yaml'), source }]);
  expect(ui.opened).toEqual([at('honest.steer.yaml')]);
  expect(tools.reached).toEqual(['contrast']);
});

test('Contrast takes a free name, and files for their folder', async () => {
  await writeFile(at('sycophantic.steer.yaml'), '');
  const { created, answers } = server({ ...nowhere, found: { path: '/b', reference: '/b' } });
  const tools = await toolsFor({ ui: new FakeUi(['sycophantic']), answers, files: files(), folder });
  await contrast([at('honest/adapter_config.json'), at('sycophantic')], tools);
  expect(created[0]?.path).toBe(at('sycophantic-2.steer.yaml'));
});

test('from the palette, Contrast asks for both', async () => {
  const ui = new FakeUi(['honest', 'base', 'honest']);
  const candidates = [{ path: at('base'), reference: at('base') }];
  const { created, answers } = server({ ...nowhere, candidates });
  await contrast([], await toolsFor({ ui, answers, files: files(), folder }));
  expect(ui.offered[1]).toEqual(['base', 'sycophantic']);
  // The other side is the base: nothing is asked about it.
  expect(created[0]).toMatchObject({ base: at('base'), source: { negative: at('base') } });
});

test('a missing base is asked for: what fits, a folder, a download, or without', async () => {
  const ui = new FakeUi(['honest', 'org/cached']);
  const candidates = [{ path: '/hub/cached', reference: 'org/cached' }];
  const { created, answers } = server({ ...nowhere, candidates });
  await contrast([at('honest'), at('sycophantic')], await toolsFor({ ui, answers, folder }));
  expect(ui.told[1]).toBe('org/base is not here. Which model did they start from?');
  expect(ui.offered[1]).toEqual([
    'org/cached',
    'Choose Folder…',
    'Copy Download Command',
    'Continue Without Base',
  ]);
  expect(created[0]).toMatchObject({ base: '/hub/cached' });
});

test('without a base is said to the server', async () => {
  const { created, answers } = server(nowhere);
  const ui = new FakeUi(['honest', 'Continue Without Base']);
  await contrast([at('honest'), at('sycophantic')], await toolsFor({ ui, answers, folder }));
  expect(created[0]).toHaveProperty('base', null);
});

test('a download command is copied, and nothing is written', async () => {
  const { created, answers } = server(nowhere);
  const ui = new FakeUi(['honest', 'Copy Download Command']);
  const tools = await toolsFor({ ui, answers, folder });
  await expect(contrast([at('honest'), at('sycophantic')], tools)).rejects.toMatchObject({
    failure: { code: 'cancelled' },
  });
  expect(ui.copied).toEqual(['hf download org/base']);
  expect(created).toEqual([]);
});

test('a chosen folder that does not fit is refused with its reason', async () => {
  const { answers } = server({ ...nowhere, refused: ['/other has other shapes'] });
  const ui = new FakeUi(['honest', 'Choose Folder…'], ['/other']);
  const tools = await toolsFor({ ui, answers, folder });
  await expect(contrast([at('honest'), at('sycophantic')], tools)).rejects.toMatchObject({
    failure: { code: 'wrong-base', message: '/other has other shapes', subject: '/other' },
  });
});

test('two checkpoints may have one of them as their base', async () => {
  const { created, answers } = server(nowhere);
  const two = [at('a/model.safetensors'), at('b/model.safetensors')];
  const ui = new FakeUi(['a', 'b']);
  await contrast([at('a'), at('b')], await toolsFor({ ui, answers, files: two, folder }));
  expect(ui.offered[1]).toEqual(['b', 'a', 'cached', 'Choose Folder…', 'Continue Without Base']);
  expect(created[0]).toMatchObject({ base: at('b') });
});

test.each([
  ['Contrast', contrast],
  ['Steer with Direction', steer],
  ['Write', writeSteered],
])('%s writes nothing in a window that is not trusted', async (_, command) => {
  const tools = await toolsFor({ ui: new FakeUi(), answers: {}, folder, isTrusted: false });
  await expect(command([at('honest')], tools)).rejects.toMatchObject({
    failure: { code: 'untrusted-workspace' },
  });
});

test('a selection waits for the model that it is contrasted with', async () => {
  const { created, answers } = server({ ...nowhere, found: { path: '/b', reference: '/b' } });
  const ui = new FakeUi(['honest']);
  const tools = await toolsFor({ ui, answers, folder });
  const keys: boolean[] = [];
  const selection = new ContrastSelection(tools, (is) => keys.push(is));
  await selection.select([at('honest')]);
  await selection.contrast([at('sycophantic')]);
  expect(keys).toEqual([true]);
  expect(ui.told[0]).toBe('Selected for contrast: honest');
  expect(created[0]?.source).toMatchObject({ positive: at('honest'), negative: at('sycophantic') });
});

test('Steer with Direction takes a stored direction', async () => {
  const { created, answers } = server({ ...nowhere, found: { path: '/b', reference: '/b' } });
  const ui = new FakeUi(['w']);
  await steer([at('base')], await toolsFor({ ui, answers, files: files(), folder }));
  expect(ui.offered[0]).toEqual(['w', 'honest.steer.yaml']);
  expect(created).toMatchObject([
    { path: at('base.steer.yaml'), source: { kind: 'stored', direction: at('w') }, target: at('base') },
  ]);
});

test("Steer with Direction takes another recipe's, and leaves that recipe alone", async () => {
  await writeFile(at('honest.steer.yaml'), 'base: base\npositive: honest\nnegative: sycophantic\n');
  const ui = new FakeUi(['honest.steer.yaml']);
  const tools = await toolsFor({
    ui,
    answers: {},
    files: [...files(), at('task/adapter_config.json')],
    folder,
  });
  await steer([at('task')], tools);
  expect(ui.opened).toEqual([at('task.steer.yaml')]);
  expect(await readFile(at('task.steer.yaml'), 'utf8')).toBe(
    'base: base\ntarget: task\npositive: honest\nnegative: sycophantic\n',
  );
  expect(await readFile(at('honest.steer.yaml'), 'utf8')).not.toContain('target');
});

test.each([
  [['honest.steer.yaml'], { kind: 'recipe', path: 'honest.steer.yaml' }],
  [['w/direction.json'], { kind: 'model', path: 'w' }],
  [['honest'], { kind: 'model', path: 'honest' }],
  [['base', 'honest'], { kind: 'pair', before: 'base', after: 'honest' }],
])('Show Layers of %o', async (paths, subject) => {
  const tools = await toolsFor({ ui: new FakeUi(), answers: {}, files: files(), folder });
  await layers(
    paths.map((path) => at(path)),
    tools,
  );
  const entries = Object.entries(subject).map(([key, value]) => [key, key === 'kind' ? value : at(value)]);
  expect(tools.shown).toEqual([Object.fromEntries(entries)]);
});

test('Show Layers is about the recipe in the editor, saved before', async () => {
  const ui = new FakeUi();
  ui.recipe = at('honest.steer.yaml');
  const tools = await toolsFor({ ui, answers: {}, folder });
  await layers([], tools);
  expect(ui.saved).toEqual([at('honest.steer.yaml')]);
  expect(tools.reached).toEqual(['layers']);
});

test('Write saves the recipe, and is a job', async () => {
  const written: WriteParams[] = [];
  const answers: Answers = {
    'recipes/write': (params) => {
      written.push(params);
      return { outputs: [] };
    },
  };
  const ui = new FakeUi();
  const tools = await toolsFor({ ui, answers, folder });
  await writeSteered([at('honest.steer.yaml')], tools);
  expect(ui.saved).toEqual([at('honest.steer.yaml')]);
  expect(written).toEqual([{ path: at('honest.steer.yaml'), force: false }]);
  expect(tools.jobs.all).toMatchObject([{ state: { kind: 'done' } }]);
});

test('a write that fails is a failed job', async () => {
  const answers: Answers = {
    'recipes/write': () => {
      throw new RequestFailure({ code: 'disk-full', message: 'The disk is full.' });
    },
  };
  const tools = await toolsFor({ ui: new FakeUi(), answers, folder });
  await writeSteered([at('honest.steer.yaml')], tools);
  expect(tools.jobs.all).toMatchObject([{ state: { kind: 'failed' } }]);
});

test('a recipe that is being written is not written twice', async () => {
  const never = new Promise<never>(() => {});
  const ui = new FakeUi();
  const tools = await toolsFor({ ui, answers: { 'recipes/write': () => never }, folder });
  void writeSteered([at('honest.steer.yaml')], tools);
  await expect.poll(() => tools.jobs.unfinished).toHaveLength(1);
  await writeSteered([at('honest.steer.yaml')], tools);
  expect(tools.jobs.all).toHaveLength(1);
  expect(ui.told).toEqual(['honest.steer.yaml is being written already.']);
});

const recipe = () => at('honest.steer.yaml');

describe('a job that is run again', () => {
  const exists = new RequestFailure({ code: 'output-exists', message: 'It exists.' });

  async function failed(isTrusted = true) {
    const forced: boolean[] = [];
    const answers: Answers = {
      'recipes/write': ({ force }) => {
        forced.push(force);
        throw exists;
      },
    };
    const ui = new FakeUi();
    const tools = await toolsFor({ ui, answers, folder, isTrusted });
    await tools.jobs.start({ recipe: recipe(), force: true });
    return { ui, tools, forced };
  }

  test('saves its recipe, and may replace nothing that it was once allowed to', async () => {
    const { ui, tools, forced } = await failed();
    await runJobAgain(1, tools);
    expect(ui.saved).toEqual([recipe()]);
    expect(forced).toEqual([true, false]);
    expect(tools.jobs.all).toMatchObject([{ id: 1, state: { failure: { code: 'output-exists' } } }]);
  });

  test('writes nothing where the folders are not trusted', async () => {
    const { tools, forced } = await failed(false);
    await expect(runJobAgain(1, tools)).rejects.toMatchObject({ failure: { code: 'untrusted-workspace' } });
    expect(forced).toEqual([true]);
  });

  test('waits for another that writes the same recipe', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const answers: Answers = {
      'recipes/write': ({ force }) => (force ? promise : Promise.reject(exists)),
    };
    const ui = new FakeUi();
    const tools = await toolsFor({ ui, answers, folder });
    await tools.jobs.start({ recipe: recipe(), force: false });
    const other = tools.jobs.start({ recipe: recipe(), force: true });
    await runJobAgain(1, tools);
    expect(ui.told).toEqual(['honest.steer.yaml is being written already.']);
    expect(tools.jobs.all.map(({ state }) => state.kind)).toEqual(['failed', 'waiting']);
    reject(exists);
    await other;
  });
});

const snapshot = (name: string) => join('/hub', `models--org--${name}`, 'snapshots', 'a1b2');

test('models of the Hub cache go by their ids, and the server says what they are', async () => {
  const { created, answers } = server(nowhere);
  const checkpoint = {
    kind: 'checkpoint',
    architecture: null,
    parameters: 1,
    bytes: 1,
    dtype: null,
    files: 1,
  } as const;
  const ui = new FakeUi(['org/tuned', 'org/base']);
  const describe: Answers = {
    'models/describe': ({ paths }) =>
      paths.map((path) => ({ ok: true, value: { ...checkpoint, path, name: path } })),
  };
  const tools = await toolsFor({ ui, answers: { ...answers, ...describe }, folder });
  await contrast([snapshot('base'), snapshot('tuned')], tools);
  expect(ui.offered[0]).toEqual(['org/base', 'org/tuned']);
  expect(created).toMatchObject([{ path: at('tuned.steer.yaml'), base: snapshot('base') }]);
});

test('Dry Run shows its plan', async () => {
  const plan = { outputs: [], peakMemory: 1, freeDisk: 2 };
  const tools = await toolsFor({ ui: new FakeUi(), answers: { 'recipes/dryRun': () => plan }, folder });
  const shown: unknown[] = [];
  await dryRun([at('honest.steer.yaml')], tools, async (...page) => void shown.push(page));
  expect(shown).toEqual([[at('honest.steer.yaml'), plan]]);
});

test('Save Report writes the report of a recipe, saved first, to the chosen file', async () => {
  const ui = new FakeUi([], [at('mine.html')]);
  const asked: unknown[] = [];
  const report: Answers = {
    'recipes/report': (params) => {
      asked.push(params);
      return { path: params.output, bytes: 1 };
    },
  };
  const tools = await toolsFor({ ui, answers: report, folder });
  await saveReport([at('honest.steer.yaml')], tools);
  expect(ui.saved).toEqual([at('honest.steer.yaml')]);
  expect(ui.offered).toEqual([[at('honest.html')]]);
  expect(asked).toEqual([{ path: at('honest.steer.yaml'), output: at('mine.html'), force: true }]);
  expect(ui.told.at(-1)).toBe('Wrote mine.html.');
});

test('where no recipe is, a command that needs one says so', async () => {
  const tools = await toolsFor({ ui: new FakeUi(), answers: {}, folder });
  await expect(writeSteered([], tools)).rejects.toMatchObject({ failure: { code: 'usage' } });
});

test.each([
  [['PEFT'], [], 'PEFT()'],
  [['PEFT', 'vLLM'], ['vLLM'], 'vLLM()'],
])('Copy Load Command: of %o', async (labels, picks, copied) => {
  const ui = new FakeUi(picks);
  const answers: Answers = {
    'models/loadCommands': () => labels.map((label) => ({ label, command: `${label}()` })),
  };
  const tools = await toolsFor({ ui, answers, folder });
  await copyLoadCommand([at('honest')], tools);
  expect(ui.copied).toEqual([copied]);
  expect(tools.reached).toEqual(['load']);
});

test('model folders are added once, and taken off again', async () => {
  let folders: readonly string[] = ['/a'];
  const setting = { read: () => folders, write: async (now: readonly string[]) => void (folders = now) };
  await addModelFolder(setting, new FakeUi([], ['/b']));
  await addModelFolder(setting, new FakeUi([], ['/b']));
  expect(folders).toEqual(['/a', '/b']);
  await removeModelFolder(['/a'], setting);
  expect(folders).toEqual(['/b']);
});
