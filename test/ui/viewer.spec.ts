import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { choose, file, isReady, runCommand, webview } from '../harness/gestures.ts';
import { openWorkbench, type Workbench } from '../harness/workbench.ts';
import { root } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { picture } from './picture.ts';

/** A model, opened and compared as somebody does who clicks on what is in the Explorer. */
const folder = await temporaryFolder();
const models = join(folder.path, 'mes modèles');
const tuned = join(models, 'tuned/model.safetensors');
let workbench: Workbench;

beforeAll(async () => {
  await cp(join(root, 'media/demo'), models, { recursive: true });
  await cp(join(models, 'base'), join(models, 'tuned'), { recursive: true });
  await changeByte(tuned, 'np');
  workbench = await openWorkbench({ folder: models, extensions: [root] });
  await isReady(workbench.page);
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test('a double-click on a weights file shows the model, its tensors, and what is in them', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-viewer'));
  await file(page, 'base').click();
  await file(page, 'model.safetensors').dblclick();
  const viewer = webview(page);
  await viewer.getByText('Qwen2 · 1.01M parameters').waitFor();
  await viewer.getByText('50 tensors', { exact: true }).waitFor();
  await picture(page, 'viewer-model');

  await viewer.getByLabel('Filter tensors').fill('*.2.mlp.*');
  await viewer.getByText('3 of 50 tensors').waitFor();
  await viewer.getByRole('row', { name: /down_proj/ }).click();
  await viewer.getByText('Median').waitFor();
  await expect.poll(() => viewer.locator('.histogram-bar').count()).toBeGreaterThan(50);
  const canvas = viewer.locator('.heat-picture canvas');
  await canvas.waitFor();
  const isDrawn = () =>
    canvas.evaluate((element) => {
      const context = element instanceof HTMLCanvasElement ? element.getContext('2d') : null;
      return context?.getImageData(0, 0, 8, 8).data.some((value) => value > 0) ?? false;
    });
  await expect.poll(isDrawn).toBe(true);
  await expect.poll(() => viewer.locator('.values tbody td').first().textContent()).toMatch(/^[−\d]/);
  await picture(page, 'viewer-tensor');
});

test('its header as text has an outline, folds by layers, and leads to its tensors', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-header'));
  await page.getByRole('button', { name: 'Show Header' }).click();
  await page.getByRole('tab', { name: 'model.safetensors.weight-header' }).waitFor();
  const line = (text: string) => page.locator('.view-line').filter({ hasText: text }).first();
  await line('model.layers.0.mlp.down_proj.weight').waitFor();
  await runCommand(page, 'Explorer: Focus on Outline View');
  const symbols = page.locator('.outline-tree .monaco-list-row');
  await symbols.filter({ hasText: 'model.layers.0' }).first().waitFor();
  expect(await symbols.first().textContent()).toContain('model.embed_tokens.weight');
  await picture(page, 'header');

  await line('# kind').click();
  await runCommand(page, 'Fold All');
  await line('model.layers.0.mlp.down_proj.weight').waitFor({ state: 'hidden' });
  expect(await line('model.norm.weight').isVisible()).toBe(true);
  await runCommand(page, 'Unfold All');
  await line('model.layers.0.mlp.down_proj.weight').hover({ position: { x: 60, y: 8 } });
  await page.getByText('BF16 · 128 × 384 · 49\u2009152 values · 98.3 kB').waitFor();
  await page.locator('.monaco-hover a').filter({ hasText: 'Open Tensor' }).first().click();
  await webview(page).getByText('model.layers.0.mlp.down_proj.weight').first().waitFor();
  await webview(page).getByText('Median').waitFor();
});

test('a change on disk is seen, and what takes longer to read waits to be asked', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-viewer-stale'));
  await changeByte(join(models, 'base/model.safetensors'));
  const viewer = webview(page);
  await viewer.getByRole('button', { name: 'Changed on disk: recompute' }).click();
  await viewer.getByText('Median').waitFor();
  await changeByte(join(models, 'base/model.safetensors'));
});

test('two models side by side: lines that differ, and what became of the values of the others', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-compare'));
  await choose(page, 'Weight Steering: Compare Selected', ['base', 'tuned']);
  await page.getByRole('tab', { name: 'base ↔ tuned' }).waitFor();
  const right = page.locator('.diff-editor .editor.modified, .monaco-diff-editor .editor.modified').first();
  await right.getByText('model.embed_tokens.weight').first().waitFor();
  await page.locator('.monaco-diff-editor .line-insert').first().waitFor();
  // What stands behind a name is no text of the document.
  const notes = () =>
    right
      .locator('.view-line span')
      .evaluateAll((spans) =>
        spans
          .map((span) => getComputedStyle(span, '::after').content)
          .filter((content) => content !== 'none'),
      );
  await expect.poll(async () => (await notes()).join(' ')).toContain('same values');
  await expect.poll(async () => (await notes()).join(' ')).toMatch(/of.the.values/);
  await picture(page, 'compare');
  // The first of the notes is of the tensor whose value is changed back, and then again.
  await changeByte(tuned);
  await expect.poll(async () => (await notes())[0]).toMatch(/same.values/);
  await changeByte(tuned);
  await expect.poll(async () => (await notes())[0]).toMatch(/of.the.values/);
  await page.getByRole('button', { name: 'Show Layers' }).first().click();
  await webview(page).getByText('50 tensors', { exact: true }).waitFor();
  await picture(page, 'compare-layers');
  await webview(page)
    .getByRole('gridcell', { name: /^embeddings/ })
    .click();
  await webview(page).getByRole('button', { name: 'Open tensor' }).click();
  await page.getByRole('tab', { name: 'model.safetensors' }).last().waitFor();
  await expect.poll(() => page.locator('iframe.webview.ready').count()).toBeGreaterThan(1);
  const viewers = page.locator('iframe.webview.ready').filter({ visible: true });
  const texts = async () => {
    const frames = await viewers.all();
    const inner = frames.map((frame) => frame.contentFrame().locator('iframe#active-frame').contentFrame());
    return (await Promise.all(inner.map((each) => each.locator('body').textContent()))).join(' ');
  };
  await expect.poll(texts).toMatch(/model\.embed_tokens\.weight.*Median/);
  await picture(page, 'open-tensor');
});

/** Flips the lowest bit of the first value, and, where that is asked for, changes what the header says of the format. */
async function changeByte(path: string, format?: string): Promise<void> {
  const bytes = await readFile(path);
  const at = 8 + Number(bytes.readBigUInt64LE());
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  if (format !== undefined) bytes.write(format, bytes.indexOf('"pt"') + 1);
  await writeFile(path, bytes);
}
