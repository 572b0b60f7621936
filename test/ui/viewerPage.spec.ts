import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { sampleModel, viewerServer } from '../support/viewerSamples.ts';
import { browserFor, PanelPage, results, type Theme, themes } from './panelPage.ts';

/** The model viewer's page in a browser, with its real policy; the test is VS Code and the server. */
const path = '/work/qwen/model.safetensors';
const tensor = 'model.layers.1.mlp.down_proj.weight';
const small = sampleModel({ layers: 3 });
const huge = sampleModel({ layers: 1250 });
let browser: Browser;

beforeAll(async () => {
  browser = await browserFor('tensors');
});

afterAll(() => browser?.close());

interface Options {
  readonly theme?: Theme;
  readonly width?: number;
  readonly state?: unknown;
  readonly answer?: ReturnType<typeof viewerServer>;
}

async function open(model = small, options: Options = {}): Promise<PanelPage> {
  const panel = await PanelPage.open(browser, 'tensors', {
    answer: viewerServer(model),
    width: 1100,
    ...options,
  });
  onTestFailed(async () => {
    await panel.page.screenshot({ path: join(results, 'viewerPage-failed.png') }).catch(() => {});
  });
  await panel.post({ kind: 'showModel', path, strings: {} });
  return panel;
}

test('a file opens to its card and its tensors; nothing is refused by the policy, and nothing is thrown', async () => {
  await using panel = await open();
  const { page } = panel;
  await page.getByText(/^Qwen2 · \d+M parameters · BF16, F32/).waitFor();
  await page.getByText('embeddings', { exact: true }).first().waitFor();
  await page
    .getByRole('row', { name: /down_proj/ })
    .first()
    .click();
  await page.getByText('Median').waitFor();
  await page.getByLabel('Log counts').check();
  await page.getByLabel('With outliers').check();
  await page.locator('.values tbody td').first().waitFor();
  await panel.post({ kind: 'stale' });
  await page.getByRole('button', { name: 'Changed on disk: recompute' }).click();
  await page.keyboard.press('t');
  expect(panel.complaints).toEqual([]);
});

test('the keyboard alone filters, opens a tensor, shows tables and goes back', async () => {
  await using panel = await open();
  const { page } = panel;
  const active = () =>
    page.evaluate(() => {
      const id = document.activeElement?.getAttribute('aria-activedescendant');
      return document.getElementById(id ?? '')?.textContent ?? '';
    });
  await page.getByRole('treegrid').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('*.1.mlp.*');
  await page.getByText('3 of 26 tensors').waitFor();
  await page.keyboard.press('Enter');
  expect(await active()).toContain('Layer 1');
  for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown'])
    await page.keyboard.press(key);
  expect(await active()).toContain('down_proj');
  await page.keyboard.press('Control+c');
  await expect.poll(() => panel.said.at(-1)).toEqual({ kind: 'copy', text: tensor });
  await page.keyboard.press('Enter');
  await page.getByText('Median').waitFor();
  await page.keyboard.press('t');
  await page.getByRole('region', { name: 'Histogram' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Size' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('26 tensors', { exact: true }).waitFor();
});

test('of 10 002 tensors the list holds those in view, and all can be reached', async () => {
  await using panel = await open(huge, { state: { path, grouping: 'none' } });
  const { page } = panel;
  await page.getByText('10\u2009002 tensors').waitFor();
  const rows = page.locator('.tree-row');
  expect(await rows.count()).toBeLessThanOrEqual(200);
  await page.getByRole('treegrid').focus();
  await page.keyboard.press('End');
  await page.getByRole('row', { name: /model\.norm\.weight/ }).waitFor();
  expect(await rows.count()).toBeLessThanOrEqual(200);
});

test('the heat map is drawn, in other colours in another theme, and zooms into true values', async () => {
  await using panel = await open(small, { state: { path, selected: tensor } });
  const { page } = panel;
  const colors = () =>
    page.locator('.heat-picture canvas').evaluate((element) => {
      const canvas = element instanceof HTMLCanvasElement ? element : undefined;
      const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      const seen = new Set<string>();
      for (let at = 0; at < pixels.length; at += 4)
        seen.add(`${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`);
      return [...seen].toSorted().join(' ');
    });
  await page.locator('.heat-picture canvas').waitFor();
  const dark = await colors();
  expect(dark.split(' ').length).toBeGreaterThan(20);
  await panel.setTheme('light');
  await expect.poll(async () => (await colors()) === dark).toBe(false);
  await page.locator('.heat-picture').focus();
  for (let step = 0; step < 6; step++) await page.keyboard.press('+');
  await page.getByText('each cell is one value').waitFor();
  await page.keyboard.press('0');
  await page.getByText('rows 0 … 895, columns 0 … 4\u2009863').waitFor();
});

test('statistics tell how far they are, and can be given up and asked for again', async () => {
  const server = viewerServer(small);
  let isReady = false;
  const answer: typeof server = (request) =>
    isReady || request.method !== 'tensor/statistics' ? server(request) : undefined;
  await using panel = await open(small, { state: { path, selected: tensor }, answer });
  const { page } = panel;
  await page.getByText('Reading …').first().waitFor();
  const asked = () =>
    panel.said.find((message) => message.kind === 'request' && message.method === 'tensor/statistics');
  await expect.poll(() => asked() !== undefined).toBe(true);
  const request = asked();
  const id = request?.kind === 'request' ? request.id : -1;
  await panel.post({ kind: 'progress', id, progress: { done: 41, total: 100 } });
  await page.getByText('41 %').waitFor();
  await panel.post({ kind: 'progress', id, progress: { done: 42, total: 100, soFar: partOfValues() } });
  await page.getByRole('heading', { name: 'Values so far' }).waitFor();
  await page.getByText('31.4').waitFor();
  expect(await page.locator('.histogram-bar').count()).toBeGreaterThan(50);
  // Rows are not measured before all of them are read.
  expect(await page.locator('.norms-line.hatched').count()).toBe(2);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => panel.said.at(-1)).toEqual({ kind: 'cancel', id });
  await panel.post({
    kind: 'reply',
    id,
    outcome: { ok: false, failure: { code: 'cancelled', message: 'Cancelled.' } },
  });
  await page.getByText('Cancelled').waitFor();
  await page.getByText('31.4').waitFor();
  isReady = true;
  await page.getByRole('button', { name: 'Recompute' }).click();
  await page.getByText('28.1').waitFor();
});

/** What the server says on the way: a norm of its own, and no norms of rows. */
function partOfValues() {
  const outcome = viewerServer(small)({
    kind: 'request',
    id: 0,
    method: 'tensor/statistics',
    params: { path, name: tensor },
  });
  const whole = outcome?.ok === true ? outcome.value : undefined;
  const values = typeof whole === 'object' && whole !== null && 'values' in whole ? whole.values : undefined;
  return { ...Object(values), norm: 31.4, rows: null, columns: null };
}

test.each([320, 700, 1400])('at %i pixels nothing but tables scrolls sideways', async (width) => {
  await using panel = await open(huge, { width, state: { path, selected: tensor } });
  await panel.page.getByText('Median').waitFor();
  const overflow = () => panel.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await panel.page.keyboard.press('t');
  expect(await overflow()).toBeLessThanOrEqual(0);
});

test.each(themes)('in the theme %s the histogram is seen on its background', async (theme) => {
  await using panel = await open(small, { theme, state: { path, selected: tensor } });
  const bar = panel.page.locator('.histogram-bar').nth(100);
  await bar.waitFor();
  const [fill, background] = await bar.evaluate((element) => [
    getComputedStyle(element).fill,
    getComputedStyle(document.body).backgroundColor,
  ]);
  expect(fill).not.toBe(background);
});

test('a model of several files, of which one was opened, shows that one first', async () => {
  const sharded = { ...sampleModel({ layers: 3, files: 2 }), asked: 1 };
  await using panel = await open(sharded);
  const { page } = panel;
  await page.getByText('13 of 26 tensors').waitFor();
  await page.getByRole('button', { name: 'Show tensors of all files' }).click();
  await page.getByText('26 tensors', { exact: true }).waitFor();
});

test('what was chosen comes back with the page, and its controls say so', async () => {
  const state = { path, selected: tensor, grouping: 'module', cell: 'maxAbs', isLog: true, filter: 'mlp' };
  await using panel = await open(small, { state });
  const { page } = panel;
  await page.getByText('Median').waitFor();
  const chosen = page.locator('vscode-dropdown .selected-value');
  await expect.poll(() => chosen.allInnerTexts()).toEqual(['By module', 'Largest |x|']);
  expect(await page.getByLabel('Log counts').isChecked()).toBe(true);
  expect(await page.getByLabel('Filter tensors').inputValue()).toBe('mlp');
});

test('a tensor that is asked for is shown in the list too, in its group', async () => {
  await using panel = await open(huge);
  const { page } = panel;
  await page.getByText('10\u2009002 tensors').waitFor();
  const name = 'model.layers.700.mlp.up_proj.weight';
  await panel.post({ kind: 'showTensor', name });
  await page.getByRole('row', { name: /layers\.700\.mlp\.up_proj/, selected: true }).waitFor();
  const group = page.getByRole('row', { name: /^Layer 700/ });
  await group.click();
  await expect.poll(() => group.getAttribute('aria-expanded')).toBe('false');
});

test('of very many layers each has a bar', async () => {
  await using panel = await open(huge);
  const bars = panel.page.locator('.layer-size');
  await expect.poll(() => bars.count()).toBe(1250);
  const widths = await bars.evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().width));
  expect(Math.min(...widths)).toBeGreaterThan(0.1);
});

test('what cannot be opened says why, and can be tried again', async () => {
  const server = viewerServer(small);
  let isMended = false;
  const failure = { code: 'invalid-safetensors', message: 'The header ends early.', subject: path } as const;
  await using panel = await open(small, {
    answer: (request) => (isMended ? server(request) : { ok: false, failure }),
  });
  await panel.page.getByText('The header ends early.').waitFor();
  isMended = true;
  await panel.page.getByRole('button', { name: 'Try Again' }).click();
  await panel.page.getByText('26 tensors', { exact: true }).waitFor();
});
