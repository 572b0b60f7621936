import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { commonFolder, recipeFolder, recipeName } from '../../../extension/commands/freePath.ts';
import { jobIdOf, pathsOf } from '../../../extension/commands/selection.ts';
import { withTarget } from '../../../extension/commands/withTarget.ts';
import { createRestartPolicy } from '../../../extension/restarts.ts';
import { createShowFailure } from '../../../extension/show.ts';
import { toRow } from '../../../extension/trees/modelRows.ts';
import { FakeUi } from './fakes.ts';

const odd = join('/w', 'Modèle 1 %', 'x.steer.yaml');

test.each<[string, readonly unknown[], readonly string[]]>([
  ['the palette', [], []],
  ['the Explorer, one selected', [{ fsPath: '/a' }, [{ fsPath: '/a' }]], ['/a']],
  ['the Explorer, two selected', [{ fsPath: '/b' }, [{ fsPath: '/a' }, { fsPath: '/b' }]], ['/a', '/b']],
  ['a tree', [{ kind: 'model', path: '/a' }, undefined], ['/a']],
  ['a lens', [pathToFileURL(odd).href], [odd]],
  ['a command with a path', ['/a'], ['/a']],
  ["an editor's title", [{ fsPath: '/a' }, { groupId: 1 }], ['/a']],
  ['something else', [3, [null]], []],
])('%s names paths', (_, args, paths) => {
  expect(pathsOf(args)).toEqual(paths);
});

test('only a number is a job', () => {
  expect(jobIdOf(2)).toBe(2);
  expect(jobIdOf('2')).toBeNaN();
});

const roots = [
  { name: 'one', path: '/w/one' },
  { name: 'two', path: '/w/two' },
];

test.each([
  ['siblings', ['/w/one/a/honest', '/w/one/a/sycophantic'], '/w/one/a'],
  ['cousins', ['/w/one/a/x', '/w/one/b/y'], '/w/one'],
  ['models of two folders of the window', ['/w/one/x', '/w/two/y'], '/w/one'],
  ['models outside of the window', ['/hub/x', '/hub/y'], '/w/one'],
])('a recipe about %s goes where it belongs', (_, paths, folder) => {
  expect(recipeFolder(paths, roots)).toBe(folder);
});

test('without a folder in the window there is no place for a recipe', () => {
  expect(recipeFolder(['/a/x', '/a/y'], [])).toBeUndefined();
  expect(commonFolder(['/a/x', '/b/y'])).toBeUndefined();
});

test.each([
  ['/w/honest', 'honest'],
  ['/w/runs/drifting/checkpoint-20', 'drifting-checkpoint-20'],
  ['/w/Modèle 1', 'Modèle-1'],
  ['/w/(', '-'],
])('a recipe about %s is called %s', (path, name) => {
  expect(recipeName(path)).toBe(name);
});

test('rows are named by their way from the folder, with its name where there are several', () => {
  const place = { kind: 'run', path: '/w/one/runs/drifting', files: [], checkpoints: [] } as const;
  expect(toRow(place, roots).name).toBe('one/runs/drifting');
  expect(toRow(place, roots.slice(0, 1)).name).toBe('runs/drifting');
  expect(toRow({ ...place, path: '/w/one' }, roots.slice(0, 1)).name).toBe('one');
  expect(toRow(place, []).name).toBe('drifting');
});

test.each([
  ['base: b\ntarget: old # why\nstrength: 1\n', 'base: b\ntarget: new\nstrength: 1\n'],
  ['target:\n  model: a\n  adapter: b\nbase: b\n', 'target: new\nbase: b\n'],
  ['# why\nbase: b\npositive: p\n', '# why\nbase: b\ntarget: new\npositive: p\n'],
  ['# why\npositive: p\n', '# why\ntarget: new\npositive: p\n'],
])('another target, and nothing else: %o', (text, expected) => {
  expect(withTarget(text, 'new')).toBe(expected);
});

test('a path with odd characters is quoted', () => {
  expect(withTarget('positive: p\n', 'a: b')).toBe('target: "a: b"\npositive: p\n');
});

test('a server that keeps ending is not started again by itself', () => {
  let now = 0;
  const may = createRestartPolicy(() => now);
  expect([may(), may(), may(), may(), may()]).toEqual([true, true, true, true, false]);
  now = 200_000;
  expect(may()).toBe(true);
});

function shown(ui: FakeUi) {
  const done: string[] = [];
  let time = 0;
  const show = createShowFailure({
    ui,
    openLog: () => void done.push('log'),
    manageTrust: () => void done.push('trust'),
    now: () => time,
  });
  return { show, done, wait: (milliseconds: number) => void (time += milliseconds) };
}

test('a failure is a sentence with what helps', async () => {
  const ui = new FakeUi(['Reveal']);
  shown(ui).show({ code: 'disk-full', message: 'The disk is full.', subject: '/w/out' });
  await Promise.resolve();
  expect(ui.told).toEqual(['The disk is full.']);
  expect(ui.offered).toEqual([['Open Log', 'Reveal']]);
  await expect.poll(() => ui.revealed).toEqual(['/w/out']);
});

test('cancelled is not shown', () => {
  const ui = new FakeUi();
  shown(ui).show({ code: 'cancelled', message: 'Cancelled.' });
  expect(ui.told).toEqual([]);
});

test('a crash is told once, whatever it takes with it, and the next one again', () => {
  const ui = new FakeUi();
  const { show, wait } = shown(ui);
  const crash = { code: 'worker-crashed', message: 'It ended.' } as const;
  show(crash);
  show(crash);
  wait(60_000);
  show(crash);
  expect(ui.told).toEqual(['It ended.', 'It ended.']);
});

test('where trust is missing, the way to it is offered', async () => {
  const ui = new FakeUi(['Manage Workspace Trust']);
  const { show, done } = shown(ui);
  show({ code: 'untrusted-workspace', message: 'Not trusted.' });
  await expect.poll(() => done).toEqual(['trust']);
});
