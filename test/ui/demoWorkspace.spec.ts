import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { codeLens, pick, runCommand } from '../harness/gestures.ts';
import { openWorkbench, type Workbench } from '../harness/workbench.ts';
import { root } from '../support/steer.ts';
import { picture } from './picture.ts';

/** From a window with nothing in it to a model, by the walkthrough. */
let workbench: Workbench;

beforeAll(async () => {
  workbench = await openWorkbench({ extensions: [root] });
});

afterAll(() => workbench?.[Symbol.asyncDispose]());

test('an empty window says what to do, and does it', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-demo'));
  const container = page.getByRole('tab', { name: 'Weight Steering' }).first();
  await container.waitFor({ timeout: 60_000 });
  await container.click();
  const create = page.getByRole('button', { name: 'Create Demo Workspace' });
  await create.waitFor();
  await picture(page, 'nothing');
  await create.click();
  await page.getByRole('tab', { name: /^honest\.steer\.yaml/ }).waitFor({ timeout: 60_000 });
  await page.getByText('Steer a model in two minutes').first().waitFor({ timeout: 30_000 });
  await codeLens(page, 'Show Layers').waitFor();
  await expect.poll(() => isDone('Create the demo workspace')).toBe(true);
  await picture(page, 'demo');
});

test('each step of the walkthrough is done by doing it', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-walkthrough'));
  expect(await isDone('Write the steered model')).toBe(false);
  await codeLens(page, 'Write').click();
  await page
    .getByText(/^Wrote out\/honest-k1: 28 of 50 tensors changed/)
    .first()
    .waitFor();
  await expect.poll(() => isDone('Write the steered model')).toBe(true);

  await codeLens(page, 'Show Layers').click();
  await showWalkthrough();
  await expect.poll(() => isDone('See how far the direction reaches')).toBe(true);

  await showRecipe();
  await runCommand(page, 'Weight Steering: Contrast Selected');
  await pick(page, 'honest');
  await pick(page, 'sycophantic');
  await pick(page, 'honest'); // More of which, at positive strength?
  await page.getByRole('tab', { name: /^honest-2\.steer\.yaml/ }).waitFor();
  await showWalkthrough();
  await expect.poll(() => isDone('Contrast two fine-tunes')).toBe(true);

  await showRecipe();
  await runCommand(page, 'Weight Steering: Copy Load Command');
  await pick(page, 'out/honest-k1');
  await pick(page, 'transformers');
  await showWalkthrough();
  await expect.poll(() => isDone('Load it')).toBe(true);
  await picture(page, 'walkthrough');
});

async function showRecipe(): Promise<void> {
  await workbench.page.getByRole('tab', { name: /^honest\.steer\.yaml/ }).click();
}

async function showWalkthrough(): Promise<void> {
  await workbench.page
    .getByRole('tab', { name: /^(?:Walkthrough|Welcome|Get Started)/ })
    .first()
    .click();
}

/** Whether the walkthrough has a tick at this step. */
async function isDone(title: string): Promise<boolean> {
  const step = workbench.page.locator('.getting-started-step').filter({ hasText: title });
  return (await step.locator('.complete').count()) > 0;
}
