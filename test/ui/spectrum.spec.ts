import { join } from 'node:path';
import { significant } from '#protocol/figures.ts';
import type { AnalyzeResult } from '#protocol/results.ts';
import { expect, onTestFailed, test } from 'vitest';
import { codeLens, file, isReady, pick, runCommand, webview } from '../harness/gestures.ts';
import { parseJson } from '../support/json.ts';
import { root, steer } from '../support/steer.ts';
import { openDemo } from './openDemo.ts';
import { picture } from './picture.ts';

test('from a field of the layers to its singular values, beside another direction, to its tokens', async () => {
  const { stdout } = await steer(['analyze', 'honest.steer.yaml', '--json'], {
    cwd: join(root, 'media/demo'),
  });
  const { tensors } = parseJson<AnalyzeResult>(stdout);
  const tensor = tensors.find(({ name }) => name === 'model.layers.1.self_attn.v_proj.weight');
  await using demo = await openDemo();
  const { page } = demo;
  onTestFailed(() => picture(page, 'failed-spectrum'));

  await file(page, 'honest.steer.yaml').dblclick();
  await codeLens(page, 'Show Layers').click();
  const layers = webview(page);
  await layers.getByRole('gridcell', { name: /^layer 1, v/ }).click();
  await layers.getByRole('button', { name: 'Show spectrum' }).click();
  await page.getByRole('tab', { name: 'Spectrum: honest.steer.yaml' }).waitFor();
  const panel = webview(page);
  const row = panel.getByRole('row', { name: 'layer 1, v_proj' });
  await row.waitFor();
  const { norm, stableRank, effectiveRank, singularValues } = tensor!;
  await expect
    .poll(async () => (await row.getByRole('cell').allInnerTexts()).slice(2, 5))
    .toEqual([norm, stableRank, effectiveRank].map(significant));
  expect(await row.getByRole('cell').first().innerText()).toBe(significant(singularValues![0]!));

  await panel.getByRole('button', { name: 'Choose Directions…' }).click();
  await page.getByPlaceholder('Up to 5, drawn beside this one').waitFor();
  await pick(page, 'sycophantic');
  await page.keyboard.press('Enter');
  await panel.getByRole('row', { name: 'sycophantic' }).waitFor();
  await picture(page, 'spectrum-workbench');

  await panel.getByRole('tab', { name: 'Vocabulary' }).click();
  await panel.getByText('random direction', { exact: true }).first().waitFor();
  await panel.getByText('·Kathmandu', { exact: true }).first().waitFor();
  await picture(page, 'vocabulary-workbench');
}, 120_000);

test('the command opens the spectrum of the recipe in the editor, and a window that is loaded again has it again', async () => {
  await using demo = await openDemo();
  const { page } = demo;
  onTestFailed(() => picture(page, 'failed-spectrum-command'));
  await file(page, 'honest.steer.yaml').dblclick();
  await codeLens(page, 'Show Layers').waitFor();
  await runCommand(page, 'Weight Steering: Show Spectrum');
  const panel = webview(page);
  await panel.getByRole('row', { name: 'layer 2, down_proj' }).waitFor();
  expect(await panel.getByRole('rowheader').count()).toBe(6);
  await panel.getByRole('button', { name: 'Choose Directions…' }).click();
  await page.getByPlaceholder('Up to 5, drawn beside this one').waitFor();
  await pick(page, 'sycophantic');
  await page.keyboard.press('Enter');
  await panel.getByRole('rowheader', { name: 'sycophantic, layer 2, down_proj' }).waitFor();

  // The command, and not the browser's reload, which leaves the window no time to save anything.
  await Promise.all([page.waitForEvent('load'), runCommand(page, 'Developer: Reload Window')]);
  await isReady(page);
  await page.getByRole('tab', { name: 'Spectrum: honest.steer.yaml' }).waitFor();
  await webview(page).getByRole('rowheader', { name: 'sycophantic, layer 2, down_proj' }).waitFor();
}, 120_000);
