import { execFileSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { isReady, runCommand, webview } from '../harness/gestures.ts';
import { openWorkbench, type Workbench } from '../harness/workbench.ts';
import { root } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { picture } from './picture.ts';

/** A committed model that has changed since, looked at from Source Control. */
const folder = await temporaryFolder();
const repository = join(folder.path, 'mes modèles');
const weights = join(repository, 'base/model.safetensors');
let workbench: Workbench;

beforeAll(async () => {
  await cp(join(root, 'media/demo/base'), join(repository, 'base'), { recursive: true });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'base');
  await changeByte();
  workbench = await openWorkbench({ folder: repository, extensions: [root] });
  await isReady(workbench.page);
  await runCommand(workbench.page, 'Source Control: Focus on Changes View');
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test('Open Changes shows what became of the values of a committed model', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-changes'));
  await row().click();
  await page.getByRole('tab', { name: 'model.safetensors (Working Tree)' }).waitFor();
  await right().getByText('model.embed_tokens.weight').first().waitFor();
  await expect.poll(notes).toMatch(/same.values/);
  await expect.poll(notes).toMatch(/of.the.values/);
  // The two viewers that Git's command opens have made place for it.
  expect(await page.locator('.tabs-container .tab').count()).toBe(1);
  await picture(page, 'changes');

  await page.getByRole('button', { name: 'Show Layers' }).first().click();
  await webview(page).getByText('50 tensors', { exact: true }).waitFor();
});

test('staged, a change is compared with HEAD', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-changes-staged'));
  await runCommand(page, 'View: Close All Editors');
  git('add', '.');
  await runCommand(page, 'Git: Refresh');
  await page.getByText('Staged Changes').waitFor();
  await row().click();
  await page.getByRole('tab', { name: 'model.safetensors (Index)' }).waitFor();
  await expect.poll(notes).toMatch(/of.the.values/);
});

test('a comparison comes back with the window, and reads its values again', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-changes-reload'));
  // The command, and not the browser's reload, which leaves the window no time to save anything.
  await Promise.all([page.waitForEvent('load'), runCommand(page, 'Developer: Reload Window')]);
  await page.getByRole('tab', { name: 'model.safetensors (Index)' }).waitFor();
  await expect.poll(notes, { timeout: 30_000 }).toMatch(/of.the.values/);
});

test('a version by itself is a model that can be looked into', async () => {
  const { page } = workbench;
  onTestFailed(() => picture(page, 'failed-version'));
  await runCommand(page, 'View: Close All Editors');
  await row().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Open File (HEAD)' }).hover();
  await page.keyboard.press('Enter'); // A menu that has only just opened ignores the mouse.
  await webview(page).getByText('50 tensors', { exact: true }).waitFor();
  await webview(page)
    .getByRole('row', { name: /embed_tokens/ })
    .click();
  await webview(page).getByText('Median').waitFor();
});

function row(): Locator {
  return workbench.page
    .locator('.scm-view .monaco-list-row')
    .filter({ hasText: 'model.safetensors' })
    .first();
}

function right(): Locator {
  return workbench.page.locator('.monaco-diff-editor .editor.modified').first();
}

/** What stands behind names is no text of the document. */
async function notes(): Promise<string> {
  const contents = await right()
    .locator('.view-line span')
    .evaluateAll((spans) => spans.map((span) => getComputedStyle(span, '::after').content));
  return contents.join(' ');
}

function git(...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: repository });
}

/** Flips the lowest bit of the first value. */
async function changeByte(): Promise<void> {
  const bytes = await readFile(weights);
  const at = 8 + Number(bytes.readBigUInt64LE());
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(weights, bytes);
}
