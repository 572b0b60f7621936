import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { codeLens, file, isReady, pick, runCommand } from '../harness/gestures.ts';
import { openWorkbench, type Workbench } from '../harness/workbench.ts';
import { writeFamily } from '../support/family.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { picture } from './picture.ts';

/** Jobs as somebody sees them: two checkpoints contrasted, the status bar, a crash, a window that is loaded again. */
const folder = await temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
const output = "output: {path: 'out/{name}-{strength}'}\n";
let workbench: Workbench;

beforeAll(async () => {
  for (const [name, bit] of [
    ['base', 0],
    ['kinder', 1],
    ['sterner', 4],
  ] as const) {
    await cp(join(root, 'media/demo/base'), at(name), { recursive: true });
    changeValues(at(name, 'model.safetensors'), bit);
  }
  await writeFamily(at('large'), { layers: 24, width: 1024 });
  for (const name of ['one', 'two']) {
    const sides = 'base: large/base\npositive: large/positive\nnegative: large/negative\n';
    writeFileSync(at(`${name}.steer.yaml`), `${sides}strength: [0.5, 1, 1.5, 2, 3, 4]\n${output}`);
  }
  workbench = await openWorkbench({ folder: folder.path, extensions: [root] });
  await isReady(workbench.page);
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test('two checkpoints become a recipe and a checkpoint, as the command line writes it', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-checkpoints'));
  await runCommand(page, 'Weight Steering: Contrast Selected');
  await pick(page, 'kinder');
  await pick(page, 'sterner');
  await pick(page, 'kinder'); // More of which, at positive strength?
  await page.getByPlaceholder('Which model did they start from?').waitFor();
  await pick(page, 'base');
  await page.getByRole('tab', { name: 'kinder.steer.yaml' }).waitFor();
  expect(readFileSync(at('kinder.steer.yaml'), 'utf8')).toMatch(
    /^base: base$[^]*^positive: kinder$[^]*^negative: sterner$/m,
  );
  await codeLens(page, 'Write').click();
  await page
    .getByText(/^Wrote out\/kinder-k1/)
    .first()
    .waitFor();
  await picture(page, 'checkpoints-written');
  expect(await steer(['write', 'kinder.steer.yaml', '-o', 'again'], { cwd: folder.path })).toMatchObject({
    code: 0,
  });
  const [written, again, base] = ['out/kinder-k1', 'again', 'base'].map(weightsIn);
  expect(written?.equals(again ?? Buffer.alloc(0))).toBe(true);
  expect(written?.equals(base ?? Buffer.alloc(0))).toBe(false);
});

test('the status bar says how far a job is, and leads to it; a crash is told once, and the next job works', async (context) => {
  if (process.platform !== 'linux') context.skip('finds processes in /proc');
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-crash'));
  await runCommand(page, 'View: Close All Editors');
  await write('one');
  await write('two');
  const status = page.locator('.statusbar-item').filter({ hasText: /^\s*Steering \d+ %/ });
  await status.waitFor();
  await picture(page, 'job-status');
  await status.click();
  const jobs = page.locator('.monaco-list-row').filter({ hasText: /^one/ });
  await jobs.waitFor();
  await page
    .getByRole('tab', { name: /Explorer/ })
    .first()
    .click(); // Whoever sees the jobs is not told of them.
  await file(page, 'one.steer.yaml').waitFor();

  const [work = 0] = workProcesses();
  process.kill(work, 'SIGKILL');
  await status.waitFor({ state: 'detached' });
  await page.locator('[id="status.notifications"]').last().click();
  const told = page
    .locator('.notifications-center .notification-list-item')
    .filter({ hasText: 'The work process has ended before it answered' });
  await told.first().waitFor();
  expect(await told.count()).toBe(1);
  await picture(page, 'crash-told');
  await told.first().hover();
  await told.first().getByRole('button', { name: 'Open Log' }).click();
  // Which channel, not what is in it: without its native modules code-server writes no logs.
  await page.getByRole('tab', { name: 'Output', selected: true }).waitFor();
  const channel = page.locator('.panel .monaco-select-box option:checked').first();
  await expect.poll(() => channel.textContent()).toBe('Weight Steering');
  await page.keyboard.press('Escape');

  writeFileSync(at('next.steer.yaml'), `base: base\npositive: kinder\nnegative: sterner\n${output}`);
  await write('next');
  await page
    .getByText(/^Wrote out\/next-k1/)
    .first()
    .waitFor();
});

test('a job ends with its window, and written again is whole', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-reload'));
  await runCommand(page, 'View: Close All Editors');
  await write('one');
  await page
    .locator('.statusbar-item')
    .filter({ hasText: /Steering \d+ %/ })
    .waitFor();
  await Promise.all([page.waitForEvent('load'), runCommand(page, 'Developer: Reload Window')]);
  await isReady(page);
  await expect.poll(workProcesses, { timeout: 30_000 }).toEqual([]);
  expect(existsSync(at('out/one-k4'))).toBe(false);
  expect(readdirSync(at('out')).filter((name) => name.startsWith('.one'))).not.toEqual([]);
  await runCommand(page, 'View: Close All Editors');
  await write('one');
  await page
    .getByText(/^Wrote out\/one-k0\.5/)
    .first()
    .waitFor({ timeout: 60_000 });
  expect(readdirSync(at('out')).filter((name) => name.startsWith('.one'))).toEqual([]);
  const args = ['write', 'one.steer.yaml', '-o', 'fresh', '--strength', '4'];
  expect(await steer(args, { cwd: folder.path })).toMatchObject({ code: 0 });
  expect(weightsIn('out/one-k4').equals(weightsIn('fresh'))).toBe(true);
});

/** Opens a recipe and presses *Write* above it. */
async function write(name: string): Promise<void> {
  const { page } = workbench;
  await file(page, `${name}.steer.yaml`).dblclick();
  await page.getByRole('tab', { name: `${name}.steer.yaml` }).waitFor();
  await codeLens(page, 'Write').click();
}

function weightsIn(output: string): Buffer {
  return readFileSync(at(output, 'model.safetensors'));
}

/** Changes the exponent of some values of the first tensor, by a bit that keeps them finite; 0: nothing. */
function changeValues(path: string, bit: number): void {
  const bytes = readFileSync(path);
  const data = 8 + Number(bytes.readBigUInt64LE());
  for (let at = data; at < data + 2000; at += 2) bytes[at] = (bytes[at] ?? 0) ^ bit;
  writeFileSync(path, bytes);
}

/** Ids of the work processes of this build. */
function workProcesses(): readonly number[] {
  const script = join(root, 'dist/work.cjs');
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(script) ? [Number(name)] : [];
    } catch {
      return []; // It has just ended.
    }
  });
}
