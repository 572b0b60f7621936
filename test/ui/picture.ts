import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../support/steer.ts';

/** Keeps a picture of the window in test-results/, for people; without pointer and caret, so that it can be compared. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = join(root, 'test-results/pictures');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), caret: 'hide', animations: 'disabled' });
}
