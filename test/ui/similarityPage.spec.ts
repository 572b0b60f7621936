import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimilarityResult } from '#protocol/similarity.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { sampleSimilarity, withSampleControls } from '../support/similaritySamples.ts';
import { browserFor, PanelPage, results, type Theme, themes } from './panelPage.ts';
import { picture } from './picture.ts';

const small = sampleSimilarity(6, 12);
const controlled = withSampleControls(small, ['sea', 'sky', 'stone']);
const large = sampleSimilarity(64, 24);
let browser: Browser;

beforeAll(async () => {
  browser = await browserFor('similarity');
});

afterAll(() => browser?.close());

interface Options {
  readonly theme?: Theme;
  readonly width?: number;
  readonly state?: unknown;
}

const paramsOf = ({ paths }: SimilarityResult) => ({ subjects: paths });
const showing = (result: SimilarityResult) =>
  ({
    kind: 'showSimilarity',
    params: paramsOf(result),
    names: result.names,
    title: `Similarity of ${result.names.length}`,
    strings: {},
  }) as const;

/** The page, asked to show something, waiting for the answer. */
async function open(result: SimilarityResult, options: Options = {}): Promise<PanelPage> {
  const panel = await PanelPage.open(browser, 'similarity', options);
  onTestFailed(async () => {
    await panel.page.screenshot({ path: join(results, 'similarityPage-failed.png') }).catch(() => {});
  });
  await panel.post(showing(result));
  await expect.poll(() => panel.lastRequest).toBe(1);
  return panel;
}

async function finished(result = small, options: Options = {}): Promise<PanelPage> {
  const panel = await open(result, options);
  await panel.post({ kind: 'reply', id: 1, outcome: { ok: true, value: result } });
  await panel.page.locator('.legend-ramp').waitFor();
  return panel;
}

/** Clicks a field, which is part of a picture; controls follow the subjects. */
async function clickField({ page }: PanelPage, row: number, column: number): Promise<void> {
  const box = await page.locator('.matrix-canvas').boundingBox();
  if (box === null) throw new Error('Not drawn');
  const [rows, fields] = await page
    .getByRole('grid')
    .evaluate((grid) => [Number(grid.ariaRowCount) - 1, Number(grid.ariaColCount) - 1] as const);
  const step = box.height / rows;
  const gap = column < rows ? 0 : box.width - step * fields;
  await page.mouse.click(box.x + gap + (column + 0.5) * step, box.y + (row + 0.5) * step);
}

/** What a screen reader says of where the keyboard is. */
async function focused({ page }: PanelPage): Promise<string> {
  return await page.evaluate(() => {
    const field = document.activeElement?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(field)?.getAttribute('aria-label') ?? '';
  });
}

/** The mean colour of each field of the whole matrix, in rows. */
async function colors({ page }: PanelPage): Promise<readonly string[]> {
  return await page.locator('.matrix-canvas').evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) return [];
    const context = canvas.getContext('2d');
    const grid = canvas.closest('[role=grid]');
    const rows = Number(grid?.getAttribute('aria-rowcount')) - 1;
    const side = Math.floor(canvas.height / rows);
    return Array.from({ length: rows ** 2 }, (_, index) => {
      const [row, column] = [Math.floor(index / rows), index % rows];
      const { data } = context!.getImageData(column * side, row * side, side, side);
      const sums = [0, 0, 0, 0];
      data.forEach((value, at) => (sums[at % 4]! += value));
      return sums.map((sum) => ((4 * sum) / data.length).toFixed(2)).join(' ');
    });
  });
}

const overflow = ({ page }: PanelPage) =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

test('nothing is refused by the policy, and nothing is thrown, in any state', async () => {
  await using panel = await open(small);
  const { page } = panel;
  await panel.post({ kind: 'progress', id: 1, progress: { kind: 'state', done: 1, total: 4 } });
  await page.getByText('25 %').waitFor();
  await panel.post({ kind: 'reply', id: 1, outcome: { ok: true, value: small } });
  await clickField(panel, 0, 1);
  await page.getByRole('combobox', { name: 'Order' }).click();
  await page.getByRole('option', { name: 'by cluster' }).click();
  await page.getByRole('combobox', { name: 'Part' }).click();
  await page.getByRole('option', { name: 'q_proj' }).click();
  await panel.post({ kind: 'stale' });
  await page.getByRole('button', { name: /^Changed on disk/ }).click();
  await expect.poll(() => panel.lastRequest).toBe(2);
  const failure = { code: 'short-read', message: 'Too short.' } as const;
  await panel.post({ kind: 'reply', id: 2, outcome: { ok: false, failure } });
  await page.getByRole('button', { name: 'Try Again' }).waitFor();
  await picture(page, 'similarity-failed');
  await page.keyboard.press('t');
  expect(panel.complaints).toEqual([]);
});

test('the keyboard alone leads to a pair, its layers, the table and back', async () => {
  await using panel = await finished();
  const { page } = panel;
  for (let tab = 0; tab < 12 && !(await focused(panel)).startsWith('subject-0'); tab++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  expect(await focused(panel)).toBe('subject-0 with subject-1, z 50.0, cosine 0.500, with a warning');
  await page.keyboard.press('Enter');
  expect(await page.locator('.pair-names span').allTextContents()).toEqual(['subject-0', 'subject-1']);
  expect(await page.locator('.strip').first().locator('.strip-bar').count()).toBe(12);
  await page.getByText('subject-1 is 2 × subject-0.').waitFor();
  await page.keyboard.press('t');
  expect(await page.locator('.table-rows .table-row').first().textContent()).toContain('50.0');
  expect(await page.getByRole('grid').count()).toBe(0);
  await page.keyboard.press('Escape');
  await page.getByRole('grid').waitFor();
  expect(await focused(panel)).toMatch(/^subject-0 with subject-1/);
  await page.keyboard.press('Escape');
  expect(await page.locator('.facts').count()).toBe(0);
});

test('controls stand apart, and other parts of the model are without them', async () => {
  await using panel = await finished(controlled);
  const { page } = panel;
  const boxOf = async (column: number) => {
    await clickField(panel, 0, column);
    const found = await page.locator('.matrix-mark.current').boundingBox();
    if (found === null) throw new Error('Not drawn');
    return found;
  };
  const [last, control] = [await boxOf(5), await boxOf(6)];
  expect(control.x - last.x).toBeGreaterThan(1.2 * last.width);
  expect(await focused(panel)).toMatch(/^subject-0 with sea \(control\),/);
  expect(await page.locator('.strip').count()).toBe(0);
  await page.getByRole('combobox', { name: 'Part' }).click();
  await page.getByRole('option', { name: 'down_proj' }).click();
  expect(await page.getByRole('columnheader', { name: /control/ }).count()).toBe(0);
});

test('other controls ask anew, with the old picture dimmed until they have been answered', async () => {
  await using panel = await finished();
  await panel.page.getByRole('button', { name: 'Choose Controls…' }).click();
  await expect.poll(() => panel.said.at(-1)).toEqual({ kind: 'action', action: 'chooseControls' });
  const params = { ...paramsOf(small), controls: ['/models/sea'] };
  await panel.post({ ...showing(small), params });
  await expect.poll(() => panel.lastRequest).toBe(2);
  expect(panel.said.at(-1)).toMatchObject({ method: 'directions/similarity', params });
  expect(await panel.page.locator('.stale .legend-ramp').count()).toBe(1);
  await panel.post({ kind: 'reply', id: 2, outcome: { ok: true, value: controlled } });
  await panel.page.getByText('3 controls (sea, sky, stone)').first().waitFor();
  expect(await panel.page.locator('.stale').count()).toBe(0);
  await expect.poll(() => panel.page.evaluate('keptState()')).toMatchObject({ params });
});

describe('exports', () => {
  test.each([
    ['Save all pairs', 'similarity.csv'],
    ['Save the picture in the colours of the theme', 'similarity.svg'],
    ['white, one column wide', 'similarity-84mm.svg'],
    ['white, two columns wide', 'similarity-174mm.svg'],
    ['Save the picture in pixels', 'similarity.png'],
  ])('%s: %s', async (button, file) => {
    await using panel = await finished();
    await panel.page.getByRole('button', { name: button }).click();
    await expect.poll(() => panel.said.at(-1)?.kind).toBe('save');
    const last = panel.said.at(-1);
    if (last?.kind !== 'save') throw new Error('Nothing to save');
    expect(last.name).toBe(file);
    expect(last.content.length).toBeGreaterThan(1000);
    expect(panel.complaints).toEqual([]);
  });
});

test.each(themes)('in the theme %s above and below 0, more and less look different', async (theme) => {
  await using panel = await finished(controlled, { theme, width: 1000 });
  await clickField(panel, 0, 1);
  expect(new Set(await colors(panel)).size).toBeGreaterThan(8);
  await picture(panel.page, `similarity-${theme}`);
});

test.each([320, 700, 1400])('at %i pixels nothing but the table scrolls sideways', async (width) => {
  for (const result of [controlled, large]) {
    await using panel = await finished(result, { width });
    await clickField(panel, 0, 1);
    expect(await overflow(panel)).toBeLessThanOrEqual(0);
    await picture(panel.page, `similarity-${result.names.length}-${width}`);
    await panel.page.keyboard.press('t');
    await panel.page.getByRole('table').waitFor();
    expect(await overflow(panel)).toBeLessThanOrEqual(0);
    await picture(panel.page, `similarity-table-${result.names.length}-${width}`);
  }
});

test('in a narrow panel z stands in the table beside the names of its pair', async () => {
  await using panel = await finished(controlled, { width: 320 });
  await panel.page.keyboard.press('t');
  const cells = panel.page.locator('.table-rows .table-row').first().getByRole('cell');
  expect(await cells.allTextContents()).toEqual(
    expect.arrayContaining(['1', 'subject-0', 'subject-1', '50.0', '0.500']),
  );
  const right = await cells.nth(3).evaluate((cell) => cell.getBoundingClientRect().right);
  const edge = await panel.page.locator('.table').evaluate((table) => table.getBoundingClientRect().right);
  expect(right).toBeLessThanOrEqual(edge);
});

test('of 64 × 64 fields a step with an arrow changes two rows at most, and draws nothing anew', async () => {
  await using panel = await finished(large, { width: 1400 });
  const { page } = panel;
  await page.getByRole('grid').focus();
  await page.evaluate(() => {
    const changed = new Set<Element>();
    Object.assign(globalThis, { changedRows: () => changed.size });
    new MutationObserver((records) => {
      for (const { target } of records) {
        const row = target instanceof Element ? target.closest('.matrix-row, canvas') : null;
        if (row !== null) changed.add(row);
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  await page.keyboard.press('ArrowDown');
  await page.locator('#field-1-0').waitFor();
  expect(await page.evaluate('changedRows()')).toBe(2);
});

test('how long 64 × 64 fields take is told, and not judged', async () => {
  await using panel = await open(large, { width: 1400 });
  const milliseconds = await panel.page.evaluate(async (value) => {
    const start = performance.now();
    dispatchEvent(
      new MessageEvent('message', { data: { kind: 'reply', id: 1, outcome: { ok: true, value } } }),
    );
    while (document.querySelector('.legend-ramp') === null)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    document.body.getBoundingClientRect();
    document.querySelector('canvas')?.getContext('2d')?.getImageData(0, 0, 1, 1); // Until it has been drawn.
    return performance.now() - start;
  }, large);
  await writeFile(join(results, 'similarity-64.txt'), `${Math.round(milliseconds)} ms\n`);
  expect(new Set(await colors(panel)).size).toBeGreaterThan(64);
});

test('the pointer is told the numbers of what it is at, and the keyboard too', async () => {
  await using panel = await finished();
  const { page } = panel;
  await clickField(panel, 0, 1);
  await page.locator('.hover-card', { hasText: 'subject-0 with subject-1' }).waitFor();
  expect(await page.locator('.matrix-mark.selected').count()).toBe(2);
  await page.mouse.move(0, 0);
  await page.keyboard.press('ArrowRight');
  await page.locator('.hover-card', { hasText: 'subject-0 with subject-2' }).waitFor();
  await clickField(panel, 2, 2);
  expect(await page.locator('.hover-card').count()).toBe(0);
  expect(await page.locator('.pair-names span').allTextContents()).toEqual(['subject-0', 'subject-1']);
});

test('a pair leads to the layers of either, with the part of the model that is shown', async () => {
  await using panel = await finished();
  const { page, said } = panel;
  await clickField(panel, 0, 1);
  await page.getByRole('button', { name: 'Layers of subject-1' }).click();
  await expect.poll(() => said.at(-1)).toEqual({ kind: 'showLayersOf', subject: 1, selection: {} });
  await page.getByRole('combobox', { name: 'Part' }).click();
  await page.getByRole('option', { name: 'q_proj' }).click();
  await page.getByRole('button', { name: 'Layers of subject-0' }).click();
  const selection = { modules: ['q_proj'] };
  await expect.poll(() => said.at(-1)).toEqual({ kind: 'showLayersOf', subject: 0, selection });
});

test('another theme draws the fields in its colours', async () => {
  await using panel = await finished(small, { theme: 'dark' });
  const before = await colors(panel);
  await panel.setTheme('light');
  await expect.poll(() => colors(panel)).not.toEqual(before);
});

test('what was chosen is kept for the next time', async () => {
  const selected = { row: 0, column: 1, isControl: false };
  const state = { params: paramsOf(small), order: 'clustered', slice: { kind: 'all' }, selected };
  await using panel = await finished(small, { state });
  expect(await panel.page.locator('.pair-names span').allTextContents()).toContain('subject-1');
  expect(await panel.page.getByRole('rowheader').first().textContent()).toContain('subject-5');
});
