import { readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { isReady } from '../harness/gestures.ts';
import { openWorkbench, type Workbench } from '../harness/workbench.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { picture } from './picture.ts';

const folder = await temporaryFolder();
const demo = join(folder.path, 'models');
let workbench: Workbench;

beforeAll(async () => {
  await cp(join(root, 'media/demo'), demo, { recursive: true });
  for (const [recipe, name] of [
    ['repair.steer.yaml', 'w-repair'],
    ['honest.steer.yaml', 'honest-w'],
  ] as const)
    expect(await steer(['contrast', recipe, '-o', name], { cwd: demo })).toMatchObject({ code: 0 });
  writeFileSync(join(demo, 'stored.steer.yaml'), 'base: base\ndirections:\n  - path: honest-w # ours\n');
  workbench = await openWorkbench({ folder: demo, extensions: [root] });
  await isReady(workbench.page);
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Opens the row's menu and chooses from it; a menu that has only just opened ignores the mouse. */
async function choose(page: Page, row: Locator, item: string): Promise<void> {
  const entry = page.getByRole('menuitem', { name: item, exact: true });
  for (let attempt = 0; attempt < 5 && !(await entry.isVisible()); attempt++) {
    await row.click({ button: 'right' });
    await entry.waitFor({ timeout: 2000 }).catch(() => {});
  }
  await page.waitForTimeout(300);
  await entry.click();
}

test('stored directions are listed by name, described, renamed with their recipe, and deleted after a question', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-directions'));
  await page.getByRole('tab', { name: 'Weight Steering' }).first().click();
  const pane = page
    .locator('.pane')
    .filter({ has: page.getByRole('button', { name: 'Directions Section' }) });
  const rows = pane.locator('.monaco-list-row');
  const row = (name: string) => rows.filter({ hasText: name }).first();
  await row('honest-w').filter({ hasText: 'rank 16' }).waitFor({ timeout: 60_000 });
  const names = await rows.allInnerTexts();
  expect(names.findIndex((text) => text.startsWith('honest-w'))).toBeLessThan(
    names.findIndex((text) => text.startsWith('w-repair')),
  );

  await choose(page, row('honest-w'), 'Describe…');
  const input = page.locator('.quick-input-widget input').first();
  await input.fill('Keeps to facts');
  await input.press('Enter');
  await row('honest-w').filter({ hasText: 'Keeps to facts' }).waitFor();
  await picture(page, 'directions');

  await choose(page, row('honest-w'), 'Rename…');
  await input.fill('frank');
  await input.press('Enter');
  await page
    .getByText('Recipes that name honest-w: stored.steer.yaml.')
    .first()
    .waitFor({ state: 'attached' });
  await page.locator('[id="status.notifications"]').last().click();
  await page.getByRole('button', { name: 'Edit Recipes' }).click();
  await row('frank').filter({ hasText: 'Keeps to facts' }).waitFor();
  await expect
    .poll(() => readFileSync(join(demo, 'stored.steer.yaml'), 'utf8'))
    .toContain('- path: frank # ours');

  await choose(page, row('w-repair'), 'Delete');
  await page.getByText('Move w-repair to the trash?').waitFor();
  await picture(page, 'directions-delete');
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await row('w-repair').isVisible()).toBe(true);
}, 180_000);
