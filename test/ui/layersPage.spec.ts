import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnalyzeResult } from '#protocol/results.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { planOf, sampleAnalysis } from '../support/analysisSamples.ts';
import { picture } from './picture.ts';
import { browserFor, PanelPage, results, type Theme, themes } from './panelPage.ts';

const subject = { kind: 'recipe', path: '/work/honest.steer.yaml' } as const;
const small = sampleAnalysis({ layers: 4, isWhole: true });
const huge = sampleAnalysis({ layers: 128, isWhole: true });
let browser: Browser;

beforeAll(async () => {
  browser = await browserFor('layers');
});

afterAll(() => browser?.close());

interface Options {
  readonly theme?: Theme;
  readonly width?: number;
  readonly state?: unknown;
}

/** The page, asked to show something, waiting for the answer. */
async function open(options: Options = {}): Promise<PanelPage> {
  const panel = await PanelPage.open(browser, 'layers', options);
  onTestFailed(async () => {
    await panel.page.screenshot({ path: join(results, 'layersPage-failed.png') }).catch(() => {});
  });
  await panel.post({ kind: 'show', subject, title: 'honest.steer.yaml', strings: {} });
  await expect.poll(() => panel.lastRequest).toBe(1);
  return panel;
}

async function finished(result: AnalyzeResult = small, options: Options = {}): Promise<PanelPage> {
  const panel = await open(options);
  await panel.post({ kind: 'progress', id: 1, progress: planOf(result) });
  await panel.post({ kind: 'reply', id: 1, outcome: { ok: true, value: result } });
  await panel.page.locator('[role=gridcell]:not(.hatched)').first().waitFor();
  return panel;
}

/** What the page has asked to be saved, once it has. */
async function saved(
  { page, said }: PanelPage,
  button: string,
): Promise<{ name: string; content: string | Uint8Array }> {
  await page.getByRole('button', { name: button }).click();
  await expect.poll(() => said.at(-1)?.kind).toBe('save');
  const last = said.at(-1);
  if (last?.kind !== 'save') throw new Error('Nothing to save');
  return last;
}

test('nothing is refused by the policy, and nothing is thrown, in any state', async () => {
  await using panel = await open();
  const { page } = panel;
  await panel.post({ kind: 'progress', id: 1, progress: planOf(small) });
  await panel.post({
    kind: 'progress',
    id: 1,
    progress: { kind: 'rows', tensors: small.tensors.slice(0, 12) },
  });
  await panel.post({ kind: 'progress', id: 1, progress: { kind: 'state', done: 1, total: 3 } });
  await panel.post({ kind: 'reply', id: 1, outcome: { ok: true, value: small } });
  await page.getByRole('combobox').click();
  await page.getByRole('option', { name: 'share of ‖w‖²' }).click();
  await page.getByRole('gridcell', { name: /^layer 2, up projection/ }).click();
  await panel.post({ kind: 'stale' });
  await page.getByRole('button', { name: /^Changed on disk/ }).click();
  await expect.poll(() => panel.lastRequest).toBe(2);
  await panel.post({
    kind: 'reply',
    id: 2,
    outcome: { ok: false, failure: { code: 'short-read', message: 'Too short.' } },
  });
  await page.getByRole('button', { name: 'Try Again' }).waitFor();
  await page.keyboard.press('t');
  expect(panel.complaints).toEqual([]);
});

test('the keyboard alone leads to a field, its facts, the table and back', async () => {
  await using panel = await finished();
  const { page } = panel;
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  for (let tab = 0; tab < 12 && !(await focused()).startsWith('layer 0'); tab++)
    await page.keyboard.press('Tab');
  for (const key of ['ArrowDown', 'ArrowDown', 'End', 'ArrowLeft']) await page.keyboard.press(key);
  expect(await focused()).toMatch(/^layer 2, up projection, \d+(\.\d+)? percent$/);
  await page.keyboard.press('Enter');
  expect(await page.locator('.facts h2').textContent()).toBe('Layer 2, up_proj');
  expect(await page.locator('.spectrum-dot').count()).toBe(32);
  await page.keyboard.press('t');
  await page.getByRole('table').waitFor();
  expect(await page.getByRole('grid').count()).toBe(0);
  await page.keyboard.press('Escape');
  await page.getByRole('grid').waitFor();
  expect(await focused()).toMatch(/^layer 2, up projection/);
  await page.keyboard.press('Escape');
  expect(await page.locator('.facts').count()).toBe(0);
});

test('the keyboard alone leads from a field to each place that shows it, and its name stays in view', async () => {
  await using panel = await finished(small, { width: 320 });
  const { page, said } = panel;
  const field = page.getByRole('gridcell', { name: /^layer 2, up projection/ });
  await field.focus();
  await page.keyboard.press('Enter');
  const name = 'model.layers.2.mlp.up_proj.weight';
  const links = [
    ['Open tensor', { kind: 'openTensor', name }],
    ['Show spectrum', { kind: 'openSpectrum', tensor: name }],
    ['Show in header', { kind: 'showTensorIn', place: 'header', name }],
    ['Show in recipe', { kind: 'showTensorIn', place: 'recipe', name }],
    ['Add to recipe', { kind: 'restrict' }],
  ] as const;
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  for (const [text, message] of links) {
    for (let tab = 0; tab < 12 && (await focused()) !== text; tab++) await page.keyboard.press('Tab');
    expect(await focused()).toBe(text);
    await page.keyboard.press('Enter');
    await expect.poll(() => said.at(-1)).toMatchObject(message);
  }
  const [head, pane] = await page.evaluate(() =>
    ['.facts-head', '.facts-pane'].map((place) => document.querySelector(place)!.getBoundingClientRect().top),
  );
  expect(head! - pane!).toBeGreaterThanOrEqual(0);
  expect(await page.locator('.facts-pane').evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
});

test('dragging over the bars narrows the picture to those layers', async () => {
  await using panel = await finished();
  const { page } = panel;
  const bars = page.locator('.bar');
  await bars.nth(1).hover();
  await page.mouse.down();
  await bars.nth(2).hover();
  await page.mouse.up();
  expect(await page.getByRole('rowheader').allTextContents()).toEqual(['1', '2']);
  await page.getByRole('button', { name: 'Show all' }).click();
  expect(await page.getByRole('rowheader').count()).toBe(4);
});

test.each([
  ['highContrast', 320],
  ['light', 700],
  ['dark', 1400],
] as const)('in the theme %s at %i pixels what is brushed stands out, and fits', async (theme, width) => {
  const state = {
    subject,
    isTable: false,
    range: { first: 1, last: 2 },
    modules: ['attention/q_proj', 'mlp'],
  };
  await using panel = await finished(small, { theme, width, state });
  const { page } = panel;
  await page.getByText(/^Layers 1–2, q, gate, up, down: [\d.]+ % of ‖w‖²$/).waitFor();
  expect(await page.locator('.heat-cell.outside').count()).toBe(2 * 3 + 3);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.getByRole('columnheader', { name: 'up projection' }).focus();
  await picture(page, `layers-brushed-${theme}-${width}`);
  await page.getByRole('button', { name: 'Add to recipe' }).click();
  expect(panel.said.at(-1)).toMatchObject({ kind: 'restrict', restriction: { layers: state.range } });
});

describe('exports', () => {
  test('CSV has a line for every tensor', async () => {
    await using panel = await finished();
    const { name, content } = await saved(panel, 'Save all tensors');
    expect(name).toBe('honest-layers.csv');
    expect(String(content).trimEnd().split('\r\n')).toHaveLength(1 + small.tensors.length);
  });

  test.each([
    ['Save the picture in the colours of the theme', 'honest-layers.svg'],
    ['Save the picture for print', 'honest-layers-paper.svg'],
  ])('%s: %s is an SVG that any program can draw', async (button, file) => {
    await using panel = await finished();
    const { name, content } = await saved(panel, button);
    expect(name).toBe(file);
    const problems = await panel.page.evaluate((svg) => {
      const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
      const fills = [...parsed.querySelectorAll('[fill]')].map(
        (element) => element.getAttribute('fill') ?? '',
      );
      return [
        ...[...parsed.querySelectorAll('parsererror')].map((element) => element.textContent),
        ...fills.filter((fill) => !/^#[\da-f]{6}$/.test(fill)),
      ];
    }, String(content));
    expect(problems).toEqual([]);
  });

  test('PNG is one, of the picture and not of nothing', async () => {
    await using panel = await finished();
    const { name, content } = await saved(panel, 'Save the picture in pixels');
    expect(name).toBe('honest-layers.png');
    if (typeof content === 'string') throw new Error('Not bytes');
    const bytes = [...content];
    expect(bytes.slice(0, 8)).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    expect(bytes.length).toBeGreaterThan(5000);
  });
});

test.each(themes)(
  'in the theme %s a field that is larger looks it, and a change of theme needs no script',
  async (theme) => {
    await using panel = await finished(small, { theme: theme === 'dark' ? 'light' : 'dark' });
    await panel.setTheme(theme);
    const looks = await panel.page.getByRole('gridcell').evaluateAll((cells) =>
      cells.map((cell) => {
        const { backgroundColor, backgroundImage } = getComputedStyle(cell);
        return `${backgroundColor} ${backgroundImage}`;
      }),
    );
    expect(new Set(looks).size).toBeGreaterThan(10);
  },
);

test.each([320, 700, 1400])('at %i pixels nothing but the table scrolls sideways', async (width) => {
  await using panel = await finished(huge, { width });
  const overflow = () => panel.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await panel.page.keyboard.press('t');
  await panel.page.getByRole('table').waitFor();
  expect(await overflow()).toBeLessThanOrEqual(0);
});

test('of 1 154 tensors the table holds those in view, and all can be scrolled to', async () => {
  await using panel = await finished(huge);
  const { page } = panel;
  await page.keyboard.press('t');
  const names = page.locator('.table-rows .tensor-name');
  await names.first().waitFor();
  expect(await names.count()).toBeLessThan(100);
  await page.locator('.table').evaluate((table) => (table.scrollTop = table.scrollHeight));
  await page.getByRole('button', { name: 'Copy lm_head.weight' }).waitFor();
});

test.each([320, 1000])('at %i pixels nothing jumps while the numbers come in', async (width) => {
  await using panel = await open({ width });
  await panel.post({ kind: 'progress', id: 1, progress: planOf(huge) });
  const place = async () => {
    const boxes = await Promise.all(
      ['h1', '.overview', '.bars', '.heatmap', 'footer'].map((part) =>
        panel.page.locator(part).boundingBox(),
      ),
    );
    return boxes.map((box) => box && [box.x, box.y, box.height].map(Math.round));
  };
  await panel.page.locator('.heatmap').waitFor();
  const first = await place();
  await panel.post({
    kind: 'progress',
    id: 1,
    progress: { kind: 'rows', tensors: huge.tensors.slice(0, 500) },
  });
  await panel.post({ kind: 'progress', id: 1, progress: { kind: 'state', done: 5, total: 10 } });
  expect(await place()).toEqual(first);
  await panel.post({ kind: 'reply', id: 1, outcome: { ok: true, value: huge } });
  await panel.page.getByText('tensors').first().waitFor();
  expect(await place()).toEqual(first);
});

test('how long 128 layers take is told, and not judged', async () => {
  await using panel = await open({ width: 1400 });
  const milliseconds = await panel.page.evaluate(async (value) => {
    const start = performance.now();
    dispatchEvent(
      new MessageEvent('message', { data: { kind: 'reply', id: 1, outcome: { ok: true, value } } }),
    );
    while (document.querySelector('.heat-cell:not(.hatched)') === null)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    document.body.getBoundingClientRect();
    return performance.now() - start;
  }, huge);
  await writeFile(join(results, 'layers-128.txt'), `${Math.round(milliseconds)} ms\n`);
  expect(await panel.page.getByRole('gridcell').count()).toBe(128 * 7 + 3);
});

test('what was chosen is kept for the next time', async () => {
  await using panel = await finished(small, {
    state: { subject, metric: 'norm', isTable: false, selected: '1/mlp/up_proj' },
  });
  expect(await panel.page.locator('.facts h2').textContent()).toBe('Layer 1, up_proj');
  expect(await panel.page.getByRole('combobox').textContent()).toContain('norm');
});
