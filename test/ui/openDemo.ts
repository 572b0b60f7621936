import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { isReady } from '../harness/gestures.ts';
import { openWorkbench } from '../harness/workbench.ts';
import { root } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

interface Options {
  readonly trusted?: boolean;
  /** Of the folder, as the window shows it. */
  readonly name?: string;
}

/** The demo family in a folder of its own, in a window that is ready for gestures, and may trust it or not. */
export async function openDemo({ name = 'models', ...options }: Options = {}): Promise<
  { readonly page: Page } & AsyncDisposable
> {
  const home = await temporaryFolder();
  const folder = join(home.path, name);
  await cp(join(root, 'media/demo'), folder, { recursive: true });
  const workbench = await openWorkbench({ folder, extensions: [root], ...options });
  await isReady(workbench.page);
  return {
    page: workbench.page,
    [Symbol.asyncDispose]: async () => {
      await workbench[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}
