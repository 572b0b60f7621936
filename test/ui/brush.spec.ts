import { expect, onTestFailed, test } from 'vitest';
import { codeLens, file, webview } from '../harness/gestures.ts';
import { openDemo } from './openDemo.ts';
import { picture } from './picture.ts';

test('layers are brushed, go into the recipe, come back from it, and lead to header, recipe and viewer', async () => {
  await using demo = await openDemo();
  const { page } = demo;
  onTestFailed(() => picture(page, 'failed-brush'));
  const editor = page.locator('.editor-group-container').first().locator('.view-lines');

  await file(page, 'honest.steer.yaml').dblclick();
  await codeLens(page, 'Show Layers').click();
  const layers = webview(page);
  await layers.getByText('28 tensors', { exact: true }).waitFor();
  await layers.getByRole('listbox').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await layers.getByRole('columnheader', { name: 'down projection' }).click();
  await layers.getByText(/^Layers 1–2, down: [\d.]+ % of ‖w‖²$/).waitFor();
  await picture(page, 'brush-selected');

  await layers.getByRole('button', { name: 'Add to recipe' }).click();
  await layers.getByText('`modules` is [down_proj] now. `layers` is 1-2 now.').waitFor();
  await expect.poll(async () => await editor.innerText()).toMatch(/modules:\s\[down_proj\]/);
  await picture(page, 'brush-added');
  await layers.getByRole('button', { name: /^Changed on disk/ }).click();
  await layers.getByText('2 tensors', { exact: true }).waitFor();
  await codeLens(page, 'Show in Layers').click();
  await layers.getByText(/^Layers 1–2, down: 100(\.0+)? % of ‖w‖²$/).waitFor();
  await picture(page, 'brush-back');

  await layers.getByRole('gridcell', { name: /^layer 1, down projection/ }).click();
  await layers.getByRole('button', { name: 'Show in recipe' }).click();
  await expect.poll(() => page.locator('.selected-text').count()).toBeGreaterThan(0);
  await picture(page, 'brush-clause');
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(async () => await editor.innerText()).not.toMatch(/modules:\s\[down_proj\]/);

  await layers.getByRole('button', { name: 'Show in header' }).click();
  await page.getByRole('tab', { name: /weight-header/ }).waitFor();
  await page.locator('.selected-text').first().waitFor();
  await picture(page, 'brush-header');

  await page.getByRole('tab', { name: /^Layers:/ }).click();
  await layers.getByRole('button', { name: 'Open tensor' }).click();
  const viewer = webview(page);
  await viewer.getByRole('heading', { name: /down_proj/ }).waitFor();
  await viewer.getByRole('button', { name: 'Show in Layers' }).click();
  await webview(page).getByRole('heading', { name: 'Layer 1, down_proj' }).waitFor();
}, 180_000);
