import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { browserFor, results } from './panelPage.ts';

/** A report as its reader has it: a file that is opened in a browser, without a network. */
let browser: Browser;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const file = () => join(folder.path, 'report.html');

beforeAll(async () => {
  browser = await browserFor('layers');
  folder = await temporaryFolder();
  cpSync(join(root, 'media/demo'), folder.path, { recursive: true });
  for (const args of [
    ['write', 'honest.steer.yaml'],
    ['report', 'honest.steer.yaml', '-o', 'report.html'],
  ]) {
    const { code, stderr } = await steer(args, { cwd: folder.path });
    expect(code, stderr).toBe(0);
  }
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
  const viewport = { width, height: 900 };
  const context = await browser.newContext({ colorScheme, offline: true, viewport });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file()).href);
  return { page, complaints, requests, [Symbol.asyncDispose]: () => context.close() };
}

describe.each(['light', 'dark'] as const)('in a %s system', (colorScheme) => {
  test('a report has its colours, loads nothing, and complains of nothing', async () => {
    await using opened = await open({ colorScheme });
    const { page, complaints, requests } = opened;
    await page.screenshot({ path: join(results, `report-${colorScheme}.png`), fullPage: true });
    const [red = 0] = await channels(page, 'body', 'backgroundColor');
    expect(red > 127).toBe(colorScheme === 'light');
    const [text = 0] = await channels(page, 'h1', 'color');
    expect(text > 127).toBe(colorScheme === 'dark');
    expect(complaints).toEqual([]);
    expect(requests).toEqual([pathToFileURL(file()).href]);
  });
});

test('it is well-formed, and every picture is named, described and has its table', async () => {
  await using opened = await open();
  const { page } = opened;
  const isXml = await page.evaluate(
    (text) =>
      new DOMParser().parseFromString(text, 'application/xml').querySelector('parsererror')?.textContent,
    readFileSync(file(), 'utf8'),
  );
  expect(isXml).toBeUndefined();
  const pictures = page.getByRole('img');
  expect(await pictures.count()).toBe(5);
  for (const [index, figure] of (await page.locator('figure').all()).entries()) {
    await expect
      .poll(() => figure.getByRole('img').getAttribute('aria-labelledby'))
      .toContain(`figure-${index + 1}`);
    expect(await figure.getByRole('img').locator('> title').textContent()).not.toBe('');
    const rows = figure.getByRole('row');
    expect(await rows.count()).toBe(0);
    await figure.getByText(`The numbers of figure ${index + 1}`).click();
    expect(await rows.count()).toBeGreaterThan(1);
  }
  await page.screenshot({ path: join(results, 'report-open.png'), fullPage: true });
});

test('a narrow page scrolls its pictures and tables, and not itself', async () => {
  await using opened = await open({ width: 320 });
  const { page } = opened;
  for (const summary of await page.locator('summary').all()) await summary.click();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(320);
});

/** Red, green and blue of a colour of an element, 0 … 255. */
async function channels(
  page: Page,
  selector: string,
  property: 'color' | 'backgroundColor',
): Promise<number[]> {
  const color = await page.evaluate(
    ([of = '', name = '']) => getComputedStyle(document.querySelector(of)!).getPropertyValue(name),
    [selector, property === 'color' ? 'color' : 'background-color'],
  );
  return [...color.matchAll(/\d+/g)].map(Number);
}
