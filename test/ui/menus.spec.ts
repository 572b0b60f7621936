import type { Page } from 'playwright-core';
import { expect, onTestFailed, test } from 'vitest';
import { file, runCommand } from '../harness/gestures.ts';
import { openDemo } from './openDemo.ts';
import { picture } from './picture.ts';

test('the Explorer offers what applies, and nothing elsewhere', async () => {
  await using window = await openDemo();
  const { page } = window;
  onTestFailed(() => picture(page, 'failed-menus'));
  await expect
    .poll(() => entriesAt(page, 'honest'), { timeout: 60_000 })
    .toEqual([
      'Open Model',
      'Select for Compare',
      'Select for Contrast',
      'Steer with Direction…',
      'Show Layers',
      'Generate',
      'Check Model',
      'Copy Load Command',
    ]);
  expect(await entriesAt(page, 'base')).toEqual([
    'Open Model',
    'Select for Compare',
    'Select for Contrast',
    'Steer with Direction…',
    'Generate',
    'Check Model',
    'Copy Load Command',
  ]);
  expect(await entriesAt(page, 'honest.steer.yaml')).toEqual([
    'Show Layers',
    'Show Spectrum',
    'Generate',
    'Dry Run',
    'Write Steered Model',
  ]);
  for (const name of ['data', 'runs', 'README.md']) expect(await entriesAt(page, name), name).toEqual([]);
});

test('a window that does not trust its folder shows models, and writes nothing', async () => {
  await using window = await openDemo({ trusted: false });
  const { page } = window;
  onTestFailed(() => picture(page, 'failed-untrusted'));
  await page.getByRole('tab', { name: 'Weight Steering' }).first().click();
  await page.getByText('Qwen2 · 1.01M · BF16').first().waitFor({ timeout: 60_000 });
  await runCommand(page, 'Weight Steering: Write Steered Model');
  await page.locator('[id="status.notifications"]').last().click();
  await page.getByText('This window does not trust its folders').first().waitFor();
  await page.getByRole('button', { name: 'Manage Workspace Trust' }).first().waitFor();
  await picture(page, 'untrusted');
});

/** What the submenu of a row has; nothing where there is no submenu. */
async function entriesAt(page: Page, name: string): Promise<readonly string[]> {
  await file(page, name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy Path', exact: false }).first().waitFor();
  const submenu = page.getByRole('menuitem', { name: 'Weight Steering' });
  const entries: string[] = [];
  if ((await submenu.count()) > 0) {
    await submenu.hover();
    const items = page.locator('.monaco-submenu .action-label:not(.separator)');
    await items.first().waitFor();
    entries.push(...(await items.allInnerTexts()));
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('Escape');
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}
