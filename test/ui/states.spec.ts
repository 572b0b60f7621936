import { writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { codeLens, file, isReady, runCommand, webview } from '../harness/gestures.ts';
import { openWorkbench, type Workbench } from '../harness/workbench.ts';
import { root } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { picture } from './picture.ts';
import { chooseTheme, themes } from './themes.ts';

/** What the editor shows where there is nothing to show, or something is wrong; in every theme, and where there is little room. */
const folder = await temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
let workbench: Workbench;

beforeAll(async () => {
  await cp(join(root, 'media/demo'), folder.path, { recursive: true });
  const sources = { missing: ['nowhere', 'sycophantic'], same: ['honest', 'honest'] };
  for (const [name, [positive, negative]] of Object.entries(sources))
    writeFileSync(at(`${name}.steer.yaml`), `base: base\npositive: ${positive}\nnegative: ${negative}\n`);
  workbench = await openWorkbench({ folder: folder.path, extensions: [root] });
  await isReady(workbench.page);
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe('the Layers panel', () => {
  test('says what is wrong with a recipe, and draws it when that is mended', async () => {
    const { page } = workbench;
    onTestFailed(() => picture(page, 'failed-states'));
    await layersOf('missing');
    const panel = webview(page);
    await panel.getByText(/nowhere: does not exist/).waitFor();
    expect(await panel.getByText('Open Log').isVisible()).toBe(true);
    await picture(page, 'failure');
    await cp(at('honest'), at('nowhere'), { recursive: true });
    await panel.getByText('Try Again').click();
    await panel.getByText('28 tensors', { exact: true }).waitFor();
    await rm(at('nowhere'), { recursive: true });
    await panel.getByText('Changed on disk: recompute').waitFor();
    await picture(page, 'stale');
  });

  test('says that a direction is zero, and leads to its recipe', async () => {
    const { page } = workbench;
    onTestFailed(() => picture(page, 'failed-empty'));
    await layersOf('same');
    await webview(page)
      .getByText(/is zero/)
      .first()
      .waitFor();
    await picture(page, 'empty');
  });
});

test('a window that is loaded again has its Layers panels again, at the cell that was selected', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-revived'));
  await layersOf('honest');
  await webview(page).getByText('28 tensors', { exact: true }).waitFor();
  await webview(page).getByRole('gridcell').nth(9).click();
  await webview(page).getByRole('heading', { name: 'Layer 1, v_proj' }).waitFor();
  // The command, and not the browser's reload, which leaves the window no time to save anything.
  await Promise.all([page.waitForEvent('load'), runCommand(page, 'Developer: Reload Window')]);
  await isReady(page);
  await page.getByRole('tab', { name: 'Layers: honest.steer.yaml' }).waitFor();
  await webview(page).getByText('28 tensors', { exact: true }).waitFor();
  await webview(page).getByRole('heading', { name: 'Layer 1, v_proj' }).waitFor();
});

test.each(themes)('is drawn in %s, wide and narrow', async (theme, name) => {
  const { page } = workbench;
  onTestFailed(() => picture(page, `failed-${name}`));
  await chooseTheme(page, theme);
  await layersOf('honest');
  const panel = webview(page);
  await panel.getByText('28 tensors', { exact: true }).waitFor();
  await panel.getByRole('gridcell').nth(9).click();
  await picture(page, name);
  await page.setViewportSize({ width: 700, height: 900 });
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await picture(page, `${name}-narrow`);
  expect(await isScrolledSideways()).toBe(false);
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await page.setViewportSize({ width: 1400, height: 900 });
});

async function layersOf(recipe: string): Promise<void> {
  const { page } = workbench;
  await runCommand(page, 'View: Close All Editors');
  await file(page, `${recipe}.steer.yaml`).dblclick();
  await codeLens(page, 'Show Layers').click();
}

/** Whether the panel is wider than its frame. */
async function isScrolledSideways(): Promise<boolean> {
  const page = webview(workbench.page).locator('html');
  return await page.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
}
