import { readFileSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import type { CompareResult } from '#protocol/results.ts';
import { codeLens, file, isReady, pick, webview } from '../harness/gestures.ts';
import { openWorkbench, type Workbench } from '../harness/workbench.ts';
import { parseJson } from '../support/json.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { results } from './panelPage.ts';
import { picture } from './picture.ts';

/** The main job, as somebody does it who has two adapters in a folder: by menu, keyboard and lens, without a dialog. */
const folder = await temporaryFolder();
/** With a space and a letter that is not ASCII, as folders of people's have. */
const demo = join(folder.path, 'my modèles');
let workbench: Workbench;

beforeAll(async () => {
  await cp(join(root, 'media/demo'), demo, {
    recursive: true,
    filter: (path) => !path.endsWith('honest.steer.yaml'),
  });
  workbench = await openWorkbench({ folder: demo, extensions: [root] });
  await isReady(workbench.page);
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test('two adapters become a recipe, a picture, and a model', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-main-job'));
  const begin = performance.now();

  await contrastSelected('honest', 'sycophantic');
  await page.getByRole('tab', { name: 'honest.steer.yaml' }).waitFor();
  const recipe = join(demo, 'honest.steer.yaml');
  expect(readFileSync(recipe, 'utf8')).toMatch(/^positive: honest$[^]*^negative: sycophantic$/m);
  await page.getByText('w = honest − sycophantic · steers base · 28 tensors · adapter').waitFor();
  await picture(page, 'recipe');

  await codeLens(page, 'Show Layers').click();
  const layers = webview(page);
  await layers.getByText('28 tensors', { exact: true }).waitFor();
  await layers.getByRole('gridcell').first().focus();
  for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
  await layers.getByRole('heading', { name: 'Layer 1, v_proj' }).waitFor();
  expect(await layers.getByText('model.layers.1.self_attn.v_proj.weight').first().isVisible()).toBe(true);
  await picture(page, 'layers');

  await codeLens(page, 'Write').click();
  await page
    .getByText(/^Wrote out\/honest-k1: 28 of 28 tensors changed/)
    .first()
    .waitFor();
  await picture(page, 'written');
  const seconds = Math.round((performance.now() - begin) / 1000);
  await writeFile(join(results, 'main-job.txt'), `${seconds} s (aim: two minutes)\n`);
});

test('what was written is what the command line writes, and moves what the direction moves', async () => {
  const written = join(demo, 'out/honest-k1');
  expect(await steer(['write', 'honest.steer.yaml', '-o', 'again'], { cwd: demo })).toMatchObject({
    code: 0,
  });
  expect(weightsOf(written).equals(weightsOf(join(demo, 'again')))).toBe(true);
  const compared = await steer(['compare', 'base', 'base+out/honest-k1', '--values', '--json'], {
    cwd: demo,
  });
  const { tensors } = parseJson<CompareResult>(compared.stdout);
  expect(tensors.filter(({ norm }) => norm !== 0)).toHaveLength(28);
});

function weightsOf(output: string): Buffer {
  return readFileSync(join(output, 'adapter_model.safetensors'));
}

async function contrastSelected(positive: string, negative: string): Promise<void> {
  const { page } = workbench;
  const submenu = page.getByRole('menuitem', { name: 'Weight Steering' });
  const item = page.getByRole('menuitem', { name: 'Contrast Selected' });
  // A menu opened before the models are found stays as it is; closing it takes the selection away.
  for (let attempt = 0; attempt < 20 && !(await item.isVisible()); attempt++) {
    await page.keyboard.press('Escape');
    await file(page, positive).click();
    await file(page, negative).click({ modifiers: ['ControlOrMeta'] });
    await file(page, negative).click({ button: 'right' });
    await submenu.click({ timeout: 1500 }).catch(() => {});
    await item.waitFor({ timeout: 1500 }).catch(() => {});
  }
  // A menu that has only just opened ignores the mouse.
  const question = page.getByPlaceholder('More of which, at positive strength?');
  for (let attempt = 0; attempt < 5 && !(await question.isVisible()); attempt++) {
    await item.click({ timeout: 1500 }).catch(() => {});
    await question.waitFor({ timeout: 3000 }).catch(() => {});
  }
  await pick(page, positive);
}
