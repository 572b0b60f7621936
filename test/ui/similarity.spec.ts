import { expect, onTestFailed, test } from 'vitest';
import { pick, runCommand, webview } from '../harness/gestures.ts';
import { openDemo } from './openDemo.ts';
import { picture } from './picture.ts';

test('two adapters are picked, their panel opens, and others are offered as controls', async () => {
  await using demo = await openDemo();
  const { page } = demo;
  onTestFailed(() => picture(page, 'failed-similarity'));

  await runCommand(page, 'Weight Steering: Show Similarity');
  const rows = page.locator('.quick-input-list .monaco-list-row');
  await rows.nth(1).waitFor({ timeout: 60_000 });
  for (const name of ['honest', 'sycophantic']) await pick(page, name);
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Similarity: honest, sycophantic' }).waitFor();
  const panel = webview(page);
  await panel.getByRole('heading', { name: 'honest, sycophantic' }).waitFor();

  await panel.getByRole('button', { name: 'Choose Controls…' }).click();
  await page.getByPlaceholder('What has nothing to do with the behaviour').waitFor();
  await rows.first().waitFor();
  const offered = await rows.locator('.label-name').allInnerTexts();
  expect(offered.length).toBeGreaterThan(0);
  expect(offered).not.toContain('honest');
  await page.keyboard.press('Escape');
  await picture(page, 'similarity-workbench');
}, 120_000);
