import { readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { file, isReady, runCommand } from '../harness/gestures.ts';
import { openWorkbench, type Workbench } from '../harness/workbench.ts';
import { root } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { picture } from './picture.ts';
import { chooseTheme, themes } from './themes.ts';

/** What is wrong with models, as the editor shows it: underlined, in Problems, and put right by a quick fix. */
const folder = await temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
const config = at('honest/adapter_config.json');
let workbench: Workbench;

beforeAll(async () => {
  for (const name of ['base', 'honest'])
    await cp(join(root, 'media/demo', name), at(name), { recursive: true });
  await cp(at('base'), at('spoiled'), { recursive: true });
  fillWithNaN(at('spoiled/model.safetensors'));
  workbench = await openWorkbench({ folder: folder.path, extensions: [root] });
  await isReady(workbench.page);
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test('a rank that the shapes contradict is underlined, and the quick fix corrects it', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-check-fix'));
  const right = readFileSync(config, 'utf8');
  writeFileSync(config, right.replace('"r": 8,', '"r": 99,'));
  await file(page, 'honest').click();
  await file(page, 'adapter_config.json').dblclick();
  await page.getByRole('tab', { name: 'adapter_config.json' }).waitFor();
  await page.locator('.squiggly-error').first().waitFor();
  await problemsOpen(page);
  await problem(page, 'r is 99, but the factors of').waitFor();
  for (const [theme, name] of themes) {
    await chooseTheme(page, theme);
    await picture(page, `check-${name}`);
  }
  await chooseTheme(page, 'Dark 2026');

  await problem(page, 'r is 99, but the factors of').dblclick();
  await runCommand(page, 'Quick Fix...');
  const fix = page.locator('.action-widget').getByText('Correct r to 8');
  await fix.waitFor();
  await picture(page, 'check-quick-fix');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.squiggly-error').count()).toBe(0);
  await page.keyboard.press('ControlOrMeta+s');
  await expect.poll(() => readFileSync(config, 'utf8')).toBe(right);
});

test('weights that change on the disk are looked at again', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-check-disk'));
  await problemsOpen(page);
  const weights = at('base/model.safetensors');
  const right = readFileSync(weights);
  const wrong = right.toString('latin1').replace('0.self_attn.q_proj.weight', '0.self_attn.Q_proj.weight');
  writeFileSync(weights, wrong, 'latin1');
  await problem(page, 'layers.0.self_attn.q_proj').waitFor();
  writeFileSync(weights, right);
  await problem(page, 'layers.0.self_attn.q_proj').waitFor({ state: 'detached' });
});

test('Check Model tells of NaN in the weights, and of the file that has them', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-check-model'));
  await runCommand(page, 'View: Close All Editors');
  await checkFromExplorer(page, 'spoiled');
  await problemsOpen(page);
  await problem(page, '"model.norm.weight" has 128 NaN of 128 values.').waitFor();
  await page.locator('.markers-panel').getByText('model.safetensors').first().waitFor();
  for (const [theme, name] of themes) {
    await chooseTheme(page, theme);
    await picture(page, `check-model-${name}`);
  }
});

async function problemsOpen(page: Page): Promise<void> {
  await runCommand(page, 'Problems: Focus on Problems View');
  await page.locator('.markers-panel').first().waitFor();
}

/** A row of Problems. */
function problem(page: Page, text: string): Locator {
  return page.locator('.markers-panel .monaco-list-row').filter({ hasText: text }).first();
}

async function checkFromExplorer(page: Page, name: string): Promise<void> {
  const item = page.getByRole('menuitem', { name: 'Check Model' });
  // A menu opened before the models are found stays as it is.
  for (let attempt = 0; attempt < 20 && !(await item.isVisible()); attempt++) {
    await page.keyboard.press('Escape');
    await file(page, name).click({ button: 'right' });
    await page
      .getByRole('menuitem', { name: 'Weight Steering' })
      .click({ timeout: 1500 })
      .catch(() => {});
    await item.waitFor({ timeout: 1500 }).catch(() => {});
  }
  const done = page.getByText('Errors: 1, warnings: 0, notes: 0. See Problems.').first();
  // A menu that has only just opened ignores the mouse.
  for (let attempt = 0; attempt < 5 && !(await done.isVisible()); attempt++) {
    await item.click({ timeout: 1500 }).catch(() => {});
    await done.waitFor({ timeout: 5000 }).catch(() => {});
  }
}

/** The values of the last norm. */
function fillWithNaN(path: string): void {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE());
  const header: Record<string, { data_offsets: [number, number] }> = JSON.parse(
    bytes.toString('utf8', 8, 8 + length),
  );
  const [begin = 0, end = 0] = header['model.norm.weight']?.data_offsets ?? [];
  writeFileSync(path, bytes.fill(0xff, 8 + length + begin, 8 + length + end));
}
