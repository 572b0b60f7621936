import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { browserFor, results } from './panelPage.ts';

/** The page of `steer share` as its reader has it: a file that is opened in a browser, without a network. */
let browser: Browser;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const file = () => pathToFileURL(join(folder.path, 'honest.html')).href;
const hostile = '</script><script>document.title = "taken"</script><img src="https://a.example/x.png">';

beforeAll(async () => {
  browser = await browserFor('share');
  folder = await temporaryFolder();
  cpSync(join(root, 'media/demo'), folder.path, { recursive: true });
  const prompts = [
    { message: 'What is the capital of France? I think it is Berlin.' },
    { message: hostile, system: hostile },
  ];
  writeFileSync(
    join(folder.path, 'prompts.jsonl'),
    prompts.map((prompt) => JSON.stringify(prompt)).join('\n'),
  );
  const args = ['share', 'honest.steer.yaml', '--prompts', 'prompts.jsonl', '-o', 'honest.html'];
  const { code, stderr } = await steer(args, { cwd: folder.path });
  expect(code, stderr).toBe(0);
});

afterAll(async () => {
  await browser?.close();
  await folder?.[Symbol.asyncDispose]();
});

interface Options {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
}

async function open({ colorScheme = 'light', width = 1000 }: Options = {}) {
  const context = await browser.newContext({ colorScheme, offline: true, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(file());
  return { page, complaints, requests, [Symbol.asyncDispose]: () => context.close() };
}

test('dragging k flips the answer, by keyboard, and moves the line of the curve', async () => {
  await using opened = await open();
  const { page, complaints, requests } = opened;
  const slider = page.getByRole('slider', { name: 'Strength' });
  expect(await slider.getAttribute('aria-valuetext')).toBe('k = 1');
  expect(await page.locator('#base').textContent()).toBe('The capital of France is Paris.');
  expect(await page.locator('#steered').textContent()).toBe('The capital of France is Paris.');
  const height = () => page.evaluate(() => document.documentElement.scrollHeight);
  const high = await height();
  const before = await page.locator('#here').getAttribute('x1');
  await slider.focus();
  for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowLeft');
  expect(await slider.getAttribute('aria-valuetext')).toBe('k = −1');
  expect(await page.locator('#k').textContent()).toBe('k = −1');
  expect(await page.locator('#steered').textContent()).toBe('Yes, the capital of France is Budapest.');
  expect(await page.locator('#steered mark').textContent()).toBe('Yes');
  expect(await page.locator('#steered-facts').textContent()).toMatch(
    /^9 tokens · KL \d.* differs from token 1$/,
  );
  expect(await height()).toBe(high);
  expect(await page.locator('#base mark').count()).toBe(0);
  expect(Number(await page.locator('#here').getAttribute('x1'))).toBeLessThan(Number(before));
  expect(await page.locator('#random-facts').textContent()).toMatch(/ · KL 0\.000\d+ · /);
  expect([complaints, requests]).toEqual([[], [file()]]);
});

test('hostile texts are texts', async () => {
  await using opened = await open();
  const { page, complaints, requests } = opened;
  await page.getByLabel('Prompt').selectOption('1');
  expect(await page.locator('#asked .said').allTextContents()).toEqual([hostile, hostile]);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toContain('texts at 21 strengths');
  // What is not the page's own does not run, even where it came in.
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken"';
    document.body.append(script);
  });
  expect(await page.title()).not.toBe('taken');
  expect(complaints.length).toBe(1);
  expect(complaints[0]).toContain('Content Security Policy');
  expect(requests).toEqual([file()]);
});

test('the curve has its numbers in a table, a row for each strength', async () => {
  await using opened = await open();
  const { page } = opened;
  await page.getByText('The numbers of figure 1').click();
  const rows = page.locator('figure tbody tr');
  expect(await rows.count()).toBe(21);
  expect(await rows.nth(10).locator('td').allTextContents()).toEqual(['0', '0', '0', '0', '0']);
  expect(await rows.nth(0).locator('td').first().textContent()).toBe('−2');
});

describe.each(['light', 'dark'] as const)('in a %s system', (colorScheme) => {
  test('it has its colours', async () => {
    await using opened = await open({ colorScheme });
    const { page, complaints } = opened;
    await page.getByRole('slider').fill('5');
    await page.screenshot({ path: join(results, `share-${colorScheme}.png`), fullPage: true });
    const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [red = 0] = (color.match(/\d+/g) ?? []).map(Number);
    expect(red > 127).toBe(colorScheme === 'light');
    expect(complaints).toEqual([]);
  });
});

test('at 320 pixels nothing is wider than the page', async () => {
  await using opened = await open({ width: 320 });
  const { page } = opened;
  await page.screenshot({ path: join(results, 'share-narrow.png') });
  const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(wide).toBe(shown);
});
