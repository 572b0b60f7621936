import { join } from 'node:path';
import type { Outcome } from '#protocol/failure.ts';
import type { GenerationParams, GenerationSubject } from '#protocol/generation.ts';
import type { Subject } from '#protocol/analysis.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { sampleColumn, sampleResult, sampleSubject, sampleTokens } from '../support/generationSamples.ts';
import { browserFor, PanelPage, results, type Theme, themes } from './panelPage.ts';
import { picture } from './picture.ts';

const subject: Subject = { kind: 'recipe', path: '/models/honest.steer.yaml' };
const base = sampleTokens('The capital of France is Paris.');
const steered = sampleTokens(
  'The capital of France is Rome, as you say.',
  [0, 0, 0.01, 0.1, 0.4, 1.8, 3, 0.7],
);
const message = 'What is the capital of France? I think it is Rome.';
let browser: Browser;

beforeAll(async () => {
  browser = await browserFor('generate');
});

afterAll(() => browser?.close());

interface Options {
  readonly theme?: Theme;
  readonly width?: number;
  readonly state?: unknown;
  readonly opened?: GenerationSubject;
}

/** The page, with what it is about, waiting for a prompt. */
async function open({ opened = sampleSubject, ...options }: Options = {}): Promise<PanelPage> {
  const answer = ({ method }: { readonly method: string }): Outcome<unknown> | undefined =>
    method === 'generation/open' ? { ok: true, value: opened } : undefined;
  const panel = await PanelPage.open(browser, 'generate', { ...options, answer });
  panel.page.setDefaultTimeout(8000);
  onTestFailed(async () => {
    await panel.page.screenshot({ path: join(results, 'generatePage-failed.png') }).catch(() => {});
  });
  await panel.post({ kind: 'show', subject, title: 'honest.steer.yaml', strings: {} });
  await panel.page.locator('.column').first().waitFor();
  return panel;
}

function runs(panel: PanelPage): readonly GenerationParams[] {
  return panel.said.flatMap((each) =>
    each.kind === 'request' && each.method === 'generation/run'
      ? // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The method says which.
        [each.params as GenerationParams]
      : [],
  );
}

async function asked(panel: PanelPage, times: number): Promise<GenerationParams> {
  await expect.poll(() => runs(panel).length).toBe(times);
  return runs(panel).at(-1)!;
}

/** Texts for whatever was asked last. */
async function reply(panel: PanelPage, params: GenerationParams): Promise<void> {
  const columns = params.columns.map((strengths) =>
    sampleColumn(strengths, strengths.every((each) => each === 0) ? base : steered),
  );
  const value = sampleResult(columns);
  await panel.post({ kind: 'reply', id: panel.lastRequest, outcome: { ok: true, value } });
}

/** With a text at 0 and one at −1. */
async function written(options: Options = {}): Promise<PanelPage> {
  const panel = await open(options);
  const { page } = panel;
  await page.getByRole('textbox', { name: 'Message' }).fill(message);
  await page.getByRole('spinbutton', { name: /^Strength of honest/ }).fill('-1');
  await page.keyboard.press('Control+Enter');
  await reply(panel, await asked(panel, 1));
  await page.getByText('41.2 tokens/s').waitFor();
  return panel;
}

const overflow = ({ page }: PanelPage) =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

test('a prompt is asked for with the base first, and texts come token by token', async () => {
  await using panel = await open();
  const { page } = panel;
  await page.getByRole('textbox', { name: 'System' }).fill('Be brief.');
  await page.getByRole('textbox', { name: 'Message' }).fill(message);
  await page.keyboard.press('Control+Enter');
  const params = await asked(panel, 1);
  expect(params).toMatchObject({
    subject,
    prompt: { message, system: 'Be brief.' },
    columns: [[0], [0]],
    maxTokens: 64,
    sampling: { temperature: 0, seed: 0 },
  });
  const id = panel.lastRequest;
  await panel.post({ kind: 'progress', id, progress: { kind: 'phase', phase: 'loading' } });
  await page.locator('.run-status').getByText('Loading the model').waitFor();
  for (const token of base.slice(0, 3))
    await panel.post({ kind: 'progress', id, progress: { kind: 'token', column: 0, token } });
  expect(await page.locator('.text').allTextContents()).toEqual(['The capital of']);
  await reply(panel, params);
  expect(await page.locator('.text').allTextContents()).toEqual([
    'The capital of France is Paris.',
    'The capital of France is Paris.',
  ]);
  expect(panel.complaints).toEqual([]);
});

test('a slider that rests asks for its own text and the base, without the others', async () => {
  await using panel = await written();
  const { page } = panel;
  await page.getByRole('button', { name: 'Add Column' }).click();
  const params = await asked(panel, 2);
  expect(params.columns).toEqual([[0], [1]]);
  await reply(panel, params);
  const slider = page.getByRole('slider').nth(1);
  await slider.focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight');
  expect(await page.locator('.column h2').nth(2).textContent()).toBe('k = 1.15');
  expect((await asked(panel, 3)).columns).toEqual([[0], [1.15]]);
  // What is dragged on gives up what is under way.
  await page.keyboard.press('ArrowRight');
  expect((await asked(panel, 4)).columns).toEqual([[0], [1.2]]);
  expect(panel.said.filter(({ kind }) => kind === 'cancel')).toHaveLength(1);
});

test('what Generate has asked for is not asked for again by a slider that rests after it', async () => {
  await using panel = await open();
  const { page } = panel;
  await page.getByRole('textbox', { name: 'Message' }).fill(message);
  await page.getByRole('button', { name: /^Generate/ }).click();
  await reply(panel, await asked(panel, 1));
  await page.getByRole('spinbutton', { name: /^Strength of honest/ }).fill('-1');
  await page.keyboard.press('Control+Enter');
  await asked(panel, 2);
  await page.waitForTimeout(500);
  expect(runs(panel)).toHaveLength(2);
  expect(panel.said.filter(({ kind }) => kind === 'cancel')).toEqual([]);
});

test('what has not been generated yet is not asked for by a slider', async () => {
  await using panel = await open();
  await panel.page.getByRole('slider').focus();
  await panel.page.keyboard.press('ArrowRight');
  await panel.page.waitForTimeout(500);
  expect(runs(panel)).toEqual([]);
  await panel.page.getByRole('button', { name: /^Generate/ }).click();
  expect(runs(panel)).toEqual([]);
  expect(await panel.page.evaluate(() => document.activeElement?.className)).toBe('prompt-main');
});

test('the first different token is marked, those after it are shaded, and a card has both models', async () => {
  await using panel = await written();
  const { page } = panel;
  const tokens = page.locator('.column').nth(1).locator('.text .token');
  expect(await page.locator('.text .first').allTextContents()).toEqual([' Rome,']);
  const shades = await tokens.evaluateAll((all) =>
    all.map((each) => (each instanceof HTMLElement ? each.style.getPropertyValue('--shade') : '')),
  );
  expect(shades).toEqual(['', '', '', '', '', '0.9', '1', '0.35', '0']);
  expect(await page.locator('.column').first().locator('.shaded').count()).toBe(0);
  await tokens.nth(5).hover();
  const card = page.locator('.token-card');
  expect(await card.textContent()).toContain('KL to the base here: 1.80 nats');
  expect(await card.locator('.likely > .quiet').allTextContents()).toEqual(['k = −1', 'base']);
  expect(await card.locator('.likely').nth(1).locator('code').first().textContent()).toBe('␣other');
  await page.locator('h1').hover();
  expect(await card.count()).toBe(0);
  expect(await page.locator('.column').nth(1).locator('.numbers').textContent()).toContain('KL0.420 nats');
});

test('the keyboard leads through the tokens, which are spoken', async () => {
  await using panel = await written();
  const { page } = panel;
  await page.getByRole('group', { name: /^Text, k = −1/ }).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  const spoken = page.locator('.column').nth(1).getByRole('status');
  expect(await spoken.textContent()).toBe('␣you, 60 %, KL 0.700, base: ␣other 60 %');
  await page.locator('.token-card').waitFor();
  expect(await page.locator('.text .current').allTextContents()).toEqual([' you']);
});

test('a text is copied, its strength goes into the recipe, and a column goes away', async () => {
  await using panel = await written();
  const { page } = panel;
  await page.getByRole('button', { name: 'Copy the text, k = −1' }).click();
  expect(panel.said.at(-1)).toEqual({ kind: 'copy', text: 'The capital of France is Rome, as you say.' });
  await page.getByRole('button', { name: /^Write at This Strength/ }).click();
  expect(panel.said.at(-1)).toEqual({ kind: 'writeStrengths', strengths: [-1] });
  await page.getByRole('button', { name: 'Remove k = −1' }).click();
  expect(await page.locator('.column').count()).toBe(1);
});

test('stopped, failed and stale: what is there stays, and each says what to do', async () => {
  await using panel = await written();
  const { page } = panel;
  await page.getByRole('button', { name: /^Generate \(/ }).click();
  await asked(panel, 2);
  expect(await page.locator('.column.old').count()).toBe(2);
  await page.keyboard.press('Escape');
  expect(panel.said.at(-1)).toMatchObject({ kind: 'cancel' });
  const cancelled = { code: 'cancelled', message: 'Cancelled.' } as const;
  await panel.post({ kind: 'reply', id: panel.lastRequest, outcome: { ok: false, failure: cancelled } });
  await page.locator('.run-status').getByText('Stopped. What had come is kept.').waitFor();
  await page.getByRole('button', { name: /^Generate \(/ }).click();
  await asked(panel, 3);
  const failure = { code: 'worker-crashed', message: 'The work process has ended.' } as const;
  await panel.post({ kind: 'reply', id: panel.lastRequest, outcome: { ok: false, failure } });
  await page.getByRole('alert').getByText('The work process has ended.').waitFor();
  expect(await page.locator('.text').count()).toBe(2);
  await picture(page, 'generate-failed');
  await page.getByRole('button', { name: 'Try Again' }).click();
  await reply(panel, await asked(panel, 4));
  await panel.post({ kind: 'stale' });
  await page.getByRole('button', { name: 'Changed on disk: generate again' }).click();
  await reply(panel, await asked(panel, 5));
  await page.getByText('41.2 tokens/s').waitFor();
  expect(await page.locator('.stale, .old').count()).toBe(0);
  expect(panel.complaints).toEqual([]);
});

test('a recipe that has changed is asked for anew before it is generated from', async () => {
  const two = {
    ...sampleSubject,
    directions: [...sampleSubject.directions, { name: 'formal', strength: 1 }],
  };
  let opened: GenerationSubject = sampleSubject;
  await using panel = await PanelPage.open(browser, 'generate', {
    answer: ({ method }) => (method === 'generation/open' ? { ok: true, value: opened } : undefined),
  });
  const { page } = panel;
  page.setDefaultTimeout(8000);
  await panel.post({ kind: 'show', subject, title: 'honest.steer.yaml', strings: {} });
  await page.getByRole('textbox', { name: 'Message' }).fill(message);
  // Before anything was written.
  opened = two;
  await panel.post({ kind: 'stale' });
  await page.getByRole('button', { name: 'Changed on disk: generate again' }).waitFor();
  await page.getByRole('button', { name: /^Generate \(/ }).click();
  const first = await asked(panel, 1);
  expect(first.columns).toEqual([
    [0, 0],
    [0, 0],
  ]);
  await reply(panel, first);
  opened = sampleSubject;
  await panel.post({ kind: 'stale' });
  await page.getByRole('button', { name: 'Changed on disk: generate again' }).click();
  expect((await asked(panel, 2)).columns).toEqual([[0], [0]]);
  expect(await page.getByRole('slider').count()).toBe(1);
  expect(panel.complaints).toEqual([]);
});

test('what is said of a direction that is no recipe names no recipe', async () => {
  await using panel = await open();
  const adapter = { kind: 'model', path: '/models/honest' } as const;
  await panel.post({ kind: 'show', subject: adapter, title: 'honest', strings: {} });
  await panel.page.getByText('base along honest.', { exact: true }).waitFor();
});

test('a measurement that files have overtaken says nothing more', async () => {
  await using panel = await written();
  const { page } = panel;
  const measure = page.getByRole('button', { name: /^Measure the mild band/ });
  await measure.click();
  await page.getByText('Measuring the mild band: 0 %').waitFor();
  const id = panel.lastRequest;
  await panel.post({ kind: 'stale' });
  await measure.waitFor();
  expect(panel.said.at(-1)).toMatchObject({ kind: 'cancel', id });
  const value = { bands: [{ below: -0.5, above: null }], divergence: 0.1, texts: 20 };
  await panel.post({ kind: 'reply', id, outcome: { ok: true, value } });
  await measure.click();
  await page.getByText('Measuring the mild band: 0 %').waitFor();
  expect(await page.locator('.strength-band').count()).toBe(0);
  expect(panel.complaints).toEqual([]);
});

test('the mild band is measured when it is asked for, drawn on the sliders, and old with the files', async () => {
  await using panel = await written();
  const { page } = panel;
  await page.getByRole('button', { name: /^Measure the mild band/ }).click();
  await expect
    .poll(() => panel.said.at(-1))
    .toMatchObject({ method: 'generation/bands', params: { subject } });
  const id = panel.lastRequest;
  await panel.post({ kind: 'progress', id, progress: { done: 10, total: 40 } });
  await page.getByText('Measuring the mild band: 25 %').waitFor();
  const value = { bands: [{ below: -0.5, above: null }], divergence: 0.1, texts: 20 };
  await panel.post({ kind: 'reply', id, outcome: { ok: true, value } });
  await page.getByText('mild from −0.500: mean KL below 0.1 nats on 20 neutral texts').waitFor();
  const drawn = page.locator('.strength-band span');
  const edges = await drawn.evaluate(({ style: { left, right } }) => [left, right]);
  expect(edges).toEqual(['37.5%', '0%']);
  await picture(page, 'generate-band');
  await panel.post({ kind: 'stale' });
  await expect.poll(() => drawn.count()).toBe(0);
  await page.getByRole('button', { name: /^Measure the mild band/ }).click();
  await page.getByRole('button', { name: 'Stop measuring' }).click();
  expect(panel.said.at(-1)).toMatchObject({ kind: 'cancel' });
  const failure = { code: 'cancelled', message: 'Cancelled.' } as const;
  await panel.post({ kind: 'reply', id: panel.lastRequest, outcome: { ok: false, failure } });
  await page.getByRole('button', { name: /^Measure the mild band/ }).waitFor();
});

test('a model that takes no system message, or no chat, has no field for it; a checkpoint no sliders', async () => {
  await using without = await open({ opened: { ...sampleSubject, chat: 'without-system' } });
  await expect.poll(() => without.page.getByRole('textbox', { name: 'System' }).count()).toBe(0);
  const chatProblem = 'base has no chat template';
  await using raw = await open({ opened: { ...sampleSubject, directions: [], chat: 'none', chatProblem } });
  await raw.page.getByText(chatProblem).waitFor();
  expect(await raw.page.getByRole('slider').count()).toBe(0);
  expect(await raw.page.getByRole('button', { name: 'Add Column' }).count()).toBe(0);
  await raw.page.getByRole('textbox', { name: 'Text' }).fill('The capital of');
  await raw.page.keyboard.press('Control+Enter');
  expect(await asked(raw, 1)).toMatchObject({ prompt: { text: 'The capital of' }, columns: [[]] });
});

test.each(themes)('in the theme %s far and near look different', async (theme) => {
  await using panel = await written({ theme, width: 1000 });
  const tokens = panel.page.locator('.column').nth(1).locator('.text .token');
  await tokens.nth(6).hover();
  const looks = await tokens.evaluateAll((all) =>
    all.map((each) => {
      const { backgroundColor, borderBottomWidth, boxShadow } = getComputedStyle(each);
      return `${backgroundColor} ${borderBottomWidth} ${boxShadow}`;
    }),
  );
  expect(new Set(looks.slice(4)).size).toBeGreaterThan(3);
  await picture(panel.page, `generate-${theme}`);
});

test.each([320, 700, 1400])('at %i pixels nothing scrolls sideways', async (width) => {
  await using panel = await written({ width });
  expect(await overflow(panel)).toBeLessThanOrEqual(0);
  await panel.page.locator('.column').nth(1).locator('.text .token').nth(6).hover();
  await picture(panel.page, `generate-${width}`);
  expect(await overflow(panel)).toBeLessThanOrEqual(0);
});

test('what was typed and chosen is kept for the next time', async () => {
  const state = {
    subject,
    message,
    columns: [{ strengths: [0] }, { strengths: [0.6] }, { strengths: [-3] }],
    options: { temperature: 0.7, seed: 4 },
  };
  await using panel = await open({ state });
  const { page } = panel;
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe(message);
  expect(await page.locator('.column h2').allTextContents()).toEqual(['base', 'k = 0.6', 'k = −3']);
  await page.getByRole('button', { name: /^Generate/ }).click();
  const params = await asked(panel, 1);
  expect(params).toMatchObject({ columns: [[0], [0.6], [-3]], sampling: { temperature: 0.7, seed: 4 } });
  await expect
    .poll(() => page.evaluate('keptState()'))
    .toMatchObject({ subject, message, columns: [{}, { strengths: [0.6] }, { strengths: [-3] }] });
});
