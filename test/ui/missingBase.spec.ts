import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeLens, isReady, pick, runCommand } from '../harness/gestures.ts';
import { openWorkbench } from '../harness/workbench.ts';
import { root } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { picture } from './picture.ts';

test('two adapters whose base is not here become an adapter all the same', async () => {
  await using folder = await temporaryFolder();
  for (const name of ['honest', 'sycophantic'])
    await cp(join(root, 'media/demo', name), join(folder.path, name), { recursive: true });
  await using workbench = await openWorkbench({ folder: folder.path, extensions: [root] });
  const { page } = workbench;
  await isReady(page);

  await runCommand(page, 'Weight Steering: Contrast Selected');
  await pick(page, 'honest');
  await pick(page, 'sycophantic');
  await pick(page, 'honest'); // More of which, at positive strength?
  await page.getByPlaceholder('../base is not here. Which model did they start from?').waitFor();
  const entries = page.locator('.quick-input-list .label-name');
  expect(await entries.allInnerTexts()).toEqual([
    'Choose Folder…',
    'Continue Without Base',
    'Two adapters can be contrasted and written as an adapter without it.',
  ]);
  await picture(page, 'missing-base');
  await pick(page, 'Continue Without Base');

  await codeLens(page, 'Write').click();
  await page
    .getByText(/^Wrote out\/honest-k1: 28 of 28 tensors changed/)
    .first()
    .waitFor();
  // Under test, messages wait behind the bell.
  await page.locator('[id="status.notifications"]').last().click();
  await page
    .getByText(/^Wrote out\/honest-k1: .* No base was found/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Copy Load Command' }).first().waitFor();
  await picture(page, 'missing-base-written');
});
