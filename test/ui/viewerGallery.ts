import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBrowser } from '../harness/ensureWorkbench.ts';
import { root } from '../support/steer.ts';
import { sampleModel, viewerServer } from '../support/viewerSamples.ts';
import { PanelPage, type Theme, themes } from './panelPage.ts';

/**
 * `node test/ui/viewerGallery.ts [WORD]`: pictures of the model viewer in test-results/gallery, in every theme, width
 * and state, or only those with WORD in their name. To be looked at before a change of how it looks is done.
 */
const folder = join(root, 'test-results/gallery');
const word = process.argv[2] ?? '';
const path = '/work/qwen/model.safetensors';
const tensor = 'model.layers.1.mlp.down_proj.weight';
const failure = {
  code: 'invalid-safetensors',
  message: 'The header of model.safetensors ends after 1 204 of 2 019 bytes.',
  subject: path,
} as const;

interface State {
  readonly state: object;
  readonly act?: (panel: PanelPage) => Promise<void>;
  readonly layers?: number;
  readonly files?: number;
  readonly answers?: 'all' | 'none' | 'headers' | 'failure';
}

const states: Readonly<Record<string, State>> = {
  model: { state: {} },
  sharded: { state: { file: 'model-00002-of-00003.safetensors' }, files: 3 },
  opening: { state: {}, answers: 'none' },
  failed: { state: {}, answers: 'failure' },
  tensor: { state: { selected: tensor } },
  vector: { state: { selected: 'model.norm.weight' } },
  log: { state: { selected: tensor, isLog: true, isWhole: true, cell: 'maxAbs' } },
  zoomed: {
    state: { selected: tensor },
    act: async ({ page }) => {
      await page.locator('.heat-picture').focus();
      for (let step = 0; step < 8; step++) await page.keyboard.press('+');
      await page.getByText('each cell is one value').waitFor();
    },
  },
  tables: { state: { selected: tensor, isTable: true } },
  sizes: { state: { isTable: true } },
  reading: { state: { selected: tensor }, answers: 'headers' },
  filtered: { state: { filter: '*.mlp.*', selected: tensor } },
  nothing: { state: { filter: 'nowhere' } },
  huge: { state: { grouping: 'module' }, layers: 1250 },
  stale: {
    state: { selected: tensor },
    act: async (panel) => {
      await panel.page.getByText('Median').waitFor();
      await panel.post({ kind: 'stale' });
    },
  },
};

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: await ensureBrowser() });
for (const theme of themes) {
  for (const width of [320, 700, 1400]) {
    for (const [name, state] of Object.entries(states)) {
      const title = `viewer-${name}-${width}-${theme}`;
      if (title.includes(word)) await shoot(title, theme, width, state);
    }
  }
}
await browser.close();

async function shoot(title: string, theme: Theme, width: number, state: State): Promise<void> {
  const { layers = 24, files = 1, answers = 'all' } = state;
  const server = viewerServer(sampleModel({ layers, files }));
  const answer: typeof server = (request) => {
    if (answers === 'failure') return { ok: false, failure };
    return answers === 'all' || (answers === 'headers' && request.method === 'models/open')
      ? server(request)
      : undefined;
  };
  await using panel = await PanelPage.open(browser, 'tensors', {
    theme,
    width,
    height: 900,
    state: { path, ...state.state },
    answer,
  });
  await panel.post({ kind: 'showModel', path, strings: {} });
  await panel.page.waitForFunction(() => document.querySelector('h1') !== null);
  await panel.page.waitForTimeout(300);
  await state.act?.(panel);
  await panel.page.waitForTimeout(200);
  await panel.page.screenshot({ path: join(folder, `${title}.png`), fullPage: width < 760 });
  if (panel.complaints.length > 0) process.exitCode = 1;
}
