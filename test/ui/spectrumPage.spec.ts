import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { percent, significant } from '#protocol/figures.ts';
import type { PanelMethod, PanelRequest } from '#protocol/panel.ts';
import type { AnalyzeResult, TensorAnalysis } from '#protocol/results.ts';
import type { VocabularyResult } from '#protocol/vocabulary.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { sampleAnalysis } from '../support/analysisSamples.ts';
import { parseJson } from '../support/json.ts';
import { root, steer } from '../support/steer.ts';
import { browserFor, PanelPage, results, type Theme, themes } from './panelPage.ts';
import { picture } from './picture.ts';

/** The command line's numbers of the demo: the page must show the same. */
const honest = await json<AnalyzeResult>('analyze', 'honest.steer.yaml');
const drifting = await json<AnalyzeResult>('analyze', 'runs/drifting/checkpoint-60');
const vocabulary = await json<VocabularyResult>('vocabulary', 'honest.steer.yaml');
const three = await json<VocabularyResult>('vocabulary', 'honest.steer.yaml', '--vectors', '3');
const deep = sampleAnalysis({ layers: 128, isWhole: true });

const own = { kind: 'recipe', path: '/work/honest.steer.yaml' } as const;
const other = { kind: 'model', path: '/work/drifting' } as const;
let browser: Browser;

beforeAll(async () => {
  browser = await browserFor('spectrum');
});

afterAll(() => browser?.close());

async function json<T>(...args: readonly string[]): Promise<T> {
  const { stdout } = await steer([...args, '--json'], { cwd: join(root, 'media/demo') });
  return parseJson<T>(stdout);
}

interface Options {
  readonly theme?: Theme;
  readonly width?: number;
  readonly state?: unknown;
  readonly result?: AnalyzeResult;
  readonly isTwo?: boolean;
  readonly tensor?: string;
}

/** The server of a page, which knows two directions. */
function answer(request: PanelRequest<PanelMethod>, result: AnalyzeResult) {
  if (request.method === 'direction/vocabulary') {
    const isThree = JSON.stringify(request.params).includes('"vectors":3');
    return { ok: true, value: isThree ? three : vocabulary } as const;
  }
  const isOther = JSON.stringify(request.params).includes(other.path);
  return { ok: true, value: isOther ? drifting : result } as const;
}

async function open(options: Options = {}): Promise<PanelPage> {
  const { result = honest, isTwo = false, tensor, ...page } = options;
  const panel = await PanelPage.open(browser, 'spectrum', {
    ...page,
    answer: (request) => answer(request, result),
  });
  onTestFailed(async () => {
    await panel.page.screenshot({ path: join(results, 'spectrumPage-failed.png') }).catch(() => {});
  });
  await panel.post(showing(isTwo, tensor));
  await panel.page.locator('.facts-table tbody td:not(:empty)').first().waitFor();
  return panel;
}

function showing(isTwo: boolean, tensor?: string) {
  const subjects = isTwo ? ([own, other] as const) : ([own] as const);
  const names = isTwo ? ['honest', 'drifting'] : ['honest'];
  const asked = tensor === undefined ? {} : { tensor };
  return { kind: 'showSpectrum', subjects, names, strings: {}, ...asked } as const;
}

const choose = async ({ page }: PanelPage, name: string, value: string) => {
  await page.getByRole('combobox', { name, exact: true }).click();
  await page.getByRole('option', { name: value, exact: true }).click();
};
const cells = ({ page }: PanelPage, row: string) =>
  page.getByRole('row', { name: row }).getByRole('cell').allInnerTexts();
const overflow = ({ page }: PanelPage) =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
const tensorOf = ({ tensors }: AnalyzeResult, name: string): TensorAnalysis => {
  const found = tensors.find((tensor) => tensor.name === name);
  if (found === undefined) throw new Error(`No ${name}`);
  return found;
};
const down = 'model.layers.3.mlp.down_proj.weight';

/** What the table of figures says of a tensor at a place, from the command line's numbers. */
function factsOf(tensor: TensorAnalysis, place: number): readonly string[] {
  const { singularValues, energy, norm, stableRank, effectiveRank } = tensor;
  if (singularValues === null || energy === null) throw new Error('No spectrum');
  const rank = energy.findIndex((share) => share >= 0.9) + 1;
  return [
    significant(singularValues[place - 1] ?? null),
    percent(energy[place - 1] ?? null),
    significant(norm),
    significant(stableRank),
    significant(effectiveRank),
    percent(energy[0] ?? null),
    percent(energy[7] ?? energy.at(-1) ?? null),
    String(rank),
  ];
}

test('a tensor that is asked for shows the numbers of the command line, wherever the cursor is', async () => {
  await using panel = await open({ tensor: down });
  const { page } = panel;
  await page.getByRole('rowheader', { name: 'layer 3, down_proj' }).waitFor();
  const tensor = tensorOf(honest, down);
  expect(await cells(panel, 'layer 3, down_proj')).toEqual(factsOf(tensor, 1));
  await page.getByRole('slider').first().focus();
  for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight');
  expect(await cells(panel, 'layer 3, down_proj')).toEqual(factsOf(tensor, 5));
  const spoken = await page.getByRole('slider').first().getAttribute('aria-valuetext');
  expect(spoken).toBe(`singular value 5: layer 3, down_proj ${significant(tensor.singularValues![4]!)}`);
  await page.keyboard.press('End');
  expect(await cells(panel, 'layer 3, down_proj')).toEqual(factsOf(tensor, 16));
  await page
    .locator('.plot-area')
    .last()
    .hover({ position: { x: 46 + 6, y: 60 } });
  expect(await cells(panel, 'layer 3, down_proj')).toEqual(factsOf(tensor, 1));
  await page.locator('.series-highlight').first().waitFor();
  await page.getByText(`layer 3, down_proj ${percent(tensor.energy![0]!)}`).waitFor();
  expect(panel.complaints).toEqual([]);
});

test('the leading tensors come first, largest norm first, and one direction has six at most', async () => {
  await using panel = await open();
  const names = await panel.page.getByRole('rowheader').allInnerTexts();
  const largest = honest.tensors.toSorted((a, b) => b.norm! - a.norm!).slice(0, 6);
  const expected = largest.map(({ layer, module }) => `layer ${layer}, ${module}`);
  expect(names.map((name) => name.trim())).toEqual(expected);
});

test('the axis says what it is, and lines lie elsewhere on the other', async () => {
  await using panel = await open({ tensor: down });
  const { page } = panel;
  const line = () => page.locator('.plot .series').first().getAttribute('points');
  await page.getByText('Singular values, log axis').waitFor();
  await page.getByRole('rowheader', { name: 'layer 3, down_proj' }).waitFor();
  const log = await line();
  await choose(panel, 'Axis', 'linear');
  await page.getByText('Singular values, linear axis').waitFor();
  expect(await line()).not.toBe(log);
});

test('one module in all layers is one line a layer', async () => {
  await using panel = await open();
  await choose(panel, 'Tensors', 'v_proj');
  expect(await panel.page.locator('.plot').first().locator('.series').count()).toBe(4);
  await choose(panel, 'Layer', '2');
  expect(await panel.page.locator('.plot').first().locator('.series').count()).toBe(1);
  const tensor = tensorOf(honest, 'model.layers.2.self_attn.v_proj.weight');
  expect(await cells(panel, 'layer 2, v_proj')).toEqual(factsOf(tensor, 1));
});

test('a second direction is drawn beside the first, asked for once, and can be taken out', async () => {
  await using panel = await open({ tensor: down });
  const { page } = panel;
  await page.getByRole('button', { name: 'Choose Directions…' }).click();
  await expect.poll(() => panel.said.at(-1)).toEqual({ kind: 'action', action: 'chooseDirections' });
  await panel.post(showing(true));
  await page.getByRole('rowheader', { name: 'drifting' }).waitFor();
  expect(await cells(panel, 'drifting')).toEqual(factsOf(tensorOf(drifting, down), 1));
  expect(await cells(panel, 'honest')).toEqual(factsOf(tensorOf(honest, down), 1));
  expect(panel.said.filter(({ kind }) => kind === 'request')).toHaveLength(2);
  await page.getByRole('button', { name: 'Remove drifting' }).click();
  await expect.poll(() => panel.said.at(-1)).toEqual({ kind: 'removeDirection', index: 1 });
  await panel.post(showing(false));
  await expect.poll(() => page.getByRole('rowheader').count()).toBe(1);
  // Kept by an effect, which comes after the rows.
  await expect.poll(() => page.evaluate('keptState()')).toMatchObject({ subjects: [own] });
});

test('numbers that come anew are drawn, those of a second direction too', async () => {
  let beside = drifting;
  await using panel = await PanelPage.open(browser, 'spectrum', {
    answer: (request) => {
      const isOther = JSON.stringify(request.params).includes(other.path);
      return { ok: true, value: isOther ? beside : honest };
    },
  });
  const { page } = panel;
  await panel.post(showing(true, down));
  await page.getByRole('rowheader', { name: 'drifting' }).waitFor();
  const lines = () =>
    page
      .locator('.plot')
      .first()
      .locator('.series')
      .evaluateAll((all) => all.map((line) => line.getAttribute('points')));
  await expect.poll(async () => (await lines()).length).toBe(2);
  const [own1, other1] = await lines();
  expect(own1).not.toBe(other1);
  beside = honest;
  await panel.post({ kind: 'stale' });
  await page.getByRole('button', { name: /^Changed on disk/ }).click();
  await expect.poll(async () => new Set(await lines()).size).toBe(1);
  expect(await cells(panel, 'drifting')).toEqual(factsOf(tensorOf(honest, down), 1));
});

test('tokens are those of the command line, never without the random direction, in one scale', async () => {
  await using panel = await open();
  const { page } = panel;
  await page.getByRole('tab', { name: 'Vocabulary' }).click();
  await page.locator('.reading').first().waitFor();
  const [row] = vocabulary.rows;
  if (row === undefined) throw new Error('No rows');
  const sides = page.locator('.reading').first().locator('.reading-side');
  const texts = await sides.locator('.token').allInnerTexts();
  const tokens = [row.reading, row.random].flatMap(({ promoted, suppressed }) => [
    ...promoted,
    ...suppressed,
  ]);
  expect(texts.map((text) => text.split(/\s+/))).toEqual(
    tokens.map(({ text, score }) => [text, significant(score)]),
  );
  expect(await sides.count()).toBe(2);
  expect(await page.locator('.reading').count()).toBe(vocabulary.rows.length);
  const scores = vocabulary.rows
    .flatMap(({ reading, random }) => [reading, random])
    .flatMap((each) => [...each.promoted, ...each.suppressed].map(({ score }) => Math.abs(score)));
  const size = await page
    .locator('.token-bar')
    .first()
    .evaluate((bar) => bar.style.getPropertyValue('--size'));
  expect(Number(size)).toBeCloseTo(Math.abs(row.reading.promoted[0]!.score) / Math.max(...scores), 9);
  expect(panel.complaints).toEqual([]);
});

test('a filter leaves the same tokens on both sides, and says how often each side has them', async () => {
  await using panel = await open();
  const { page } = panel;
  await page.getByRole('tab', { name: 'Vocabulary' }).click();
  await page.getByRole('searchbox', { name: 'Filter tokens' }).pressSequentially('st');
  await page.getByText(/^“st” is among the tokens of/).waitFor();
  const left = await page.locator('.readings .token-text').allInnerTexts();
  expect(left.length).toBeGreaterThan(0);
  expect(left.every((text) => text.toLowerCase().includes('st'))).toBe(true);
  expect(await page.getByRole('table').count()).toBe(0); // The `t` was a letter.
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('.reading').count()).toBe(vocabulary.rows.length);
});

test('where more vectors are read, each of them can be shown', async () => {
  await using panel = await open();
  const { page } = panel;
  await page.getByRole('tab', { name: 'Vocabulary' }).click();
  await page.locator('.reading').first().waitFor();
  expect(await page.getByRole('combobox', { name: 'Shown' }).count()).toBe(0);
  await choose(panel, 'Vectors', '3');
  await choose(panel, 'Shown', '2');
  const second = three.rows.find(({ vector }) => vector === 1);
  const text = `${second!.reading.promoted[0]!.text}`;
  await expect.poll(() => page.locator('.reading .token-text').first().innerText()).toBe(text);
});

test.each([
  [
    'base-not-found',
    'honest is read through the final norm and the unembedding of its base, which is not known.',
  ],
  ['unsupported', 'This model has no head that tokens could be read through.'],
] as const)('a refusal is a note with its sentence: %s', async (code, message) => {
  await using panel = await PanelPage.open(browser, 'spectrum', {
    answer: (request) =>
      request.method === 'direction/vocabulary'
        ? ({ ok: false, failure: { code: code === 'unsupported' ? 'not-a-model' : code, message } } as const)
        : answer(request, honest),
  });
  await panel.post(showing(false));
  await panel.page.getByRole('tab', { name: 'Vocabulary' }).click();
  await panel.page.getByRole('alert').getByText(message).waitFor();
  expect(await panel.page.locator('.reading').count()).toBe(0);
});

test('working, stale, failed and cancelled each say so', async () => {
  await using panel = await PanelPage.open(browser, 'spectrum');
  const { page } = panel;
  await panel.post(showing(false));
  await expect.poll(() => panel.lastRequest).toBe(1);
  const tensors = honest.tensors.map(({ name, layer, module, group, shape, rank }) => ({
    name,
    layer,
    module,
    group,
    shape,
    rank,
  }));
  const plan = { kind: 'plan', name: 'honest', layers: 4, tensors, files: [] };
  await panel.post({ kind: 'progress', id: 1, progress: plan });
  await page.locator('.facts-table .hatched').first().waitFor();
  await panel.post({
    kind: 'progress',
    id: 1,
    progress: { kind: 'rows', tensors: honest.tensors.slice(0, 3) },
  });
  await panel.post({ kind: 'progress', id: 1, progress: { kind: 'state', done: 250e6, total: 1e9 } });
  await page.getByText('25 %', { exact: false }).first().waitFor();
  await picture(page, 'spectrum-working');
  await page.getByRole('button', { name: 'Cancel' }).first().click();
  await expect.poll(() => panel.said.at(-1)).toEqual({ kind: 'cancel', id: 1 });
  const cancelled = { code: 'cancelled', message: 'Cancelled.' } as const;
  await panel.post({ kind: 'reply', id: 1, outcome: { ok: false, failure: cancelled } });
  await page.getByText('Cancelled at 25 %: 3 of 28 tensors').first().waitFor();
  expect(await page.locator('.plot .series').count()).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Recompute' }).first().click();
  await expect.poll(() => panel.lastRequest).toBe(2);
  await panel.post({ kind: 'reply', id: 2, outcome: { ok: true, value: honest } });
  await panel.post({ kind: 'stale' });
  await page.getByRole('button', { name: /^Changed on disk/ }).click();
  await expect.poll(() => panel.lastRequest).toBe(3);
  const failure = { code: 'short-read', message: 'Too short.', subject: '/work/model.safetensors' } as const;
  await panel.post({ kind: 'reply', id: 3, outcome: { ok: false, failure } });
  await page.getByRole('button', { name: 'Try Again' }).waitFor();
  await picture(page, 'spectrum-failed');
  const empty = { ...honest, norm: 0, tensors: [] };
  await page.getByRole('button', { name: 'Try Again' }).click();
  await expect.poll(() => panel.lastRequest).toBe(4);
  await panel.post({ kind: 'reply', id: 4, outcome: { ok: true, value: empty } });
  await page.getByText('The direction is zero: no tensor differs.').waitFor();
  expect(panel.complaints).toEqual([]);
});

test('the spectra of dense tensors are computed when they are asked for', async () => {
  await using panel = await open({ result: deep, tensor: 'lm_head.weight', width: 1000 });
  const { page } = panel;
  await page.getByText('Dense, and without a spectrum so far: head.').waitFor();
  await page.getByRole('button', { name: 'Compute Spectra of Dense Tensors' }).click();
  await expect
    .poll(() => panel.said.findLast(({ kind }) => kind === 'request'))
    .toMatchObject({ params: { subject: own, spectra: true } });
});

describe('exports', () => {
  test.each([
    ['Save all singular values', 'spectrum.csv'],
    ['Save the picture in the colours of the theme', 'spectrum.svg'],
    ['white, one column wide', 'spectrum-84mm.svg'],
    ['white, two columns wide', 'spectrum-174mm.svg'],
    ['Save the picture in pixels', 'spectrum.png'],
    ['Save all tokens', 'vocabulary.csv'],
    ['white, one column wide', 'vocabulary-84mm.svg'],
    ['white, two columns wide', 'vocabulary-174mm.svg'],
    ['Save the picture in pixels', 'vocabulary.png'],
  ])('%s: %s', async (button, file) => {
    await using panel = await open({ isTwo: true, tensor: down });
    if (file.startsWith('vocabulary')) await panel.page.getByRole('tab', { name: 'Vocabulary' }).click();
    await panel.page.getByRole('button', { name: button }).click();
    await expect.poll(() => panel.said.at(-1)?.kind).toBe('save');
    const last = panel.said.at(-1);
    if (last?.kind !== 'save') throw new Error('Nothing to save');
    expect(last.name).toBe(file);
    expect(last.content.length).toBeGreaterThan(1000);
    expect(panel.complaints).toEqual([]);
  });
});

test.each(themes)('in the theme %s six lines, and more and less, look different', async (theme) => {
  await using panel = await open({ theme, width: 1000 });
  const { page } = panel;
  const looks = await page
    .locator('.plot')
    .first()
    .locator('.series')
    .evaluateAll((lines) =>
      lines.map((line) => {
        const { stroke, strokeDasharray } = getComputedStyle(line);
        return `${stroke} ${strokeDasharray}`;
      }),
    );
  expect(new Set(looks).size).toBe(6);
  await picture(page, `spectrum-${theme}`);
  await page.getByRole('tab', { name: 'Vocabulary' }).click();
  await page.locator('.reading').first().waitFor();
  const [up, below] = await Promise.all(
    ['promoted', 'suppressed'].map((end) =>
      page
        .locator(`.${end} .token-bar`)
        .first()
        .evaluate((bar) => {
          const { backgroundColor, backgroundImage } = getComputedStyle(bar);
          return `${backgroundColor} ${backgroundImage}`;
        }),
    ),
  );
  expect(up).not.toBe(below);
  await picture(page, `vocabulary-${theme}`);
});

test.each([320, 700, 1400])('at %i pixels nothing but tables scrolls sideways', async (width) => {
  for (const result of [honest, deep]) {
    await using panel = await open({ width, result, isTwo: result === honest });
    const { page } = panel;
    if (result === deep) await choose(panel, 'Tensors', 'q_proj');
    expect(await overflow(panel)).toBeLessThanOrEqual(0);
    await picture(page, `spectrum-${result === deep ? 128 : 4}-${width}`);
    await page.keyboard.press('t');
    await page.getByRole('table').waitFor();
    expect(await overflow(panel)).toBeLessThanOrEqual(0);
    if (result === deep) continue;
    await page.keyboard.press('t');
    await page.getByRole('tab', { name: 'Vocabulary' }).click();
    await page.locator('.reading').first().waitFor();
    expect(await overflow(panel)).toBeLessThanOrEqual(0);
    await picture(page, `vocabulary-${width}`);
  }
});

test('the keyboard alone turns the page, and goes to the table and back', async () => {
  await using panel = await open();
  const { page } = panel;
  await page.keyboard.press('t');
  expect(await page.getByRole('columnheader', { name: 'σ', exact: true }).count()).toBe(1);
  await page.keyboard.press('Escape');
  await page.getByRole('slider').first().waitFor();
  await page.getByRole('tab', { name: 'Spectrum' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('.reading').first().waitFor();
  const focused = await page.evaluate(() => document.activeElement?.textContent);
  expect(focused).toBe('Vocabulary');
});

test('a step of the cursor over 128 lines changes two cells of each row, and how long it takes is told', async () => {
  const choice = { kind: 'module', module: 'attention/q_proj', layer: null };
  await using panel = await open({ width: 1400, result: deep, state: { subjects: [own], choice } });
  const { page } = panel;
  expect(await page.getByRole('rowheader').count()).toBe(128);
  await page.getByRole('slider').first().focus();
  const told = await page.evaluate(async () => {
    const changed = new Set<Element>();
    const observer = new MutationObserver((records) => {
      for (const { target } of records) {
        const cell = target.parentElement?.closest('td, polyline');
        if (cell) changed.add(cell);
      }
    });
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    const start = performance.now();
    const press = new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(press);
    while (document.activeElement?.getAttribute('aria-valuenow') !== '2')
      await new Promise((resolve) => setTimeout(resolve));
    document.body.getBoundingClientRect();
    const milliseconds = performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve));
    return { cells: changed.size, milliseconds };
  });
  await writeFile(join(results, 'spectrum-128.txt'), `${told.milliseconds.toFixed(1)} ms a step\n`);
  expect(told.cells).toBe(2 * 128);
});

test('what was chosen is kept for the next time', async () => {
  const choice = { kind: 'module', module: 'attention/v_proj', layer: 2 };
  const state = { subjects: [own], tab: 'spectrum', choice, axis: 'linear' };
  await using panel = await open({ state });
  await panel.page.getByText('Singular values, linear axis').waitFor();
  await panel.page.getByRole('rowheader', { name: 'layer 2, v_proj' }).waitFor();
});
