import { expect, onTestFailed, test } from 'vitest';
import { codeLens, file, webview } from '../harness/gestures.ts';
import { openDemo } from './openDemo.ts';
import { picture } from './picture.ts';

/** Draws what README.md shows; CONTRIBUTING.md says how it gets there. */
test('a recipe with what came of it, and its layers beside it', async () => {
  await using demo = await openDemo({ name: 'Demo' });
  const { page } = demo;
  onTestFailed(() => picture(page, 'failed-readme'));
  await file(page, 'honest.steer.yaml').dblclick();
  await page.getByText('w = honest − sycophantic · steers base').waitFor();
  await codeLens(page, 'Write').click();
  await codeLens(page, 'Show Layers').click();
  const result = page.locator('.codelens-decoration').filter({ hasText: /^Wrote out\/honest-k1/ });
  await result.waitFor();
  const layers = webview(page);
  await layers.getByText('28 tensors', { exact: true }).waitFor();
  await layers.getByRole('gridcell', { name: /^layer 1, v/ }).click();
  await layers.getByRole('heading', { name: 'Layer 1, v_proj' }).waitFor();
  await page.mouse.move(700, 700); // Away from the field, which has a note.
  // All of the result can be read beside the panel: lenses are cut off where their editor ends.
  const lens = await result.boundingBox();
  const editor = await page.locator('.editor-instance').first().boundingBox();
  expect(lens!.x + lens!.width).toBeLessThanOrEqual(editor!.x + editor!.width);
  await picture(page, 'readme-layers');
});
