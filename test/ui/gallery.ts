import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from '#protocol/failure.ts';
import type { AnalyzeResult } from '#protocol/results.ts';
import { chromium } from 'playwright-core';
import { ensureBrowser } from '../harness/ensureWorkbench.ts';
import { rollUp } from '../../server/analysis/rollUp.ts';
import { planOf, sampleAnalysis } from '../support/analysisSamples.ts';
import { root } from '../support/steer.ts';
import { PanelPage, type Theme, themes } from './panelPage.ts';

/**
 * `node test/ui/gallery.ts [WORD]`: pictures of the Layers panel in test-results/gallery, in every theme, width, depth
 * and state, or only those with WORD in their name. To be looked at before a change of how it looks is done.
 */
const folder = join(root, 'test-results/gallery');
const word = process.argv[2] ?? '';
const subject = { kind: 'recipe', path: '/work/honest.steer.yaml' } as const;
const warnings = [
  {
    code: 'no-relative-norms',
    message:
      'The base of honest is not known, so norms are not put in relation to it. Name it in the recipe (base: …).',
  },
];

type State = (panel: PanelPage, result: AnalyzeResult) => Promise<void>;

const states: Readonly<Record<string, State>> = {
  opening: async () => {},
  planned: async (panel, result) => progress(panel, planOf(result)),
  working: async (panel, result) => {
    await progress(panel, planOf(result));
    await progress(panel, {
      kind: 'rows',
      tensors: result.tensors.filter((_, index) => index % 5 !== 4).slice(0, 0.6 * result.tensors.length),
    });
    await progress(panel, { kind: 'state', done: 630e6, total: 1e9 });
    await panel.page.waitForTimeout(600);
    await progress(panel, { kind: 'state', done: 640e6, total: 1e9 });
  },
  done: finish,
  selected: async (panel, result) => {
    await finish(panel, result);
    await panel.page.getByRole('gridcell').nth(12).click();
    await panel.page.getByRole('gridcell').nth(3).focus();
    await panel.page.keyboard.press('Space');
    await panel.page.keyboard.press('ArrowRight');
  },
  table: async (panel, result) => {
    await finish(panel, result);
    await panel.page.keyboard.press('t');
  },
  stale: async (panel, result) => {
    await finish(panel, result);
    await panel.post({ kind: 'stale' });
  },
  failed: async (panel, result) => {
    await states['working']!(panel, result);
    await reply(panel, {
      ok: false,
      failure: {
        code: 'short-read',
        message: 'model.safetensors ends after 1 204 112 of 2 019 328 bytes.',
        subject: '/home/you/models/base/model.safetensors',
        tensor: 'model.layers.3.mlp.down_proj.weight',
      },
    });
  },
  refused: async (panel) =>
    reply(panel, {
      ok: false,
      failure: {
        code: 'file-not-found',
        message: 'There is no model at ../honest.',
        subject: '/home/you/honest',
      },
    }),
  empty: async (panel) =>
    reply(panel, { ok: true, value: { name: 'honest', norm: 0, layers: 24, tensors: [] } }),
  cancelled: async (panel, result) => {
    await states['working']!(panel, result);
    await reply(panel, { ok: false, failure: { code: 'cancelled', message: 'Cancelled.' } });
  },
  baseless: async (panel, result) => {
    const tensors = result.tensors.map((tensor) => ({ ...tensor, baseNorm: null, relativeNorm: null }));
    await reply(panel, { ok: true, value: { ...result, tensors, rollups: rollUp(tensors), warnings } });
  },
};

async function finish(panel: PanelPage, result: AnalyzeResult): Promise<void> {
  await progress(panel, planOf(result));
  await reply(panel, { ok: true, value: result });
}

async function progress(panel: PanelPage, progress: unknown): Promise<void> {
  await panel.post({ kind: 'progress', id: panel.lastRequest, progress });
}

async function reply(panel: PanelPage, outcome: Outcome<unknown>): Promise<void> {
  await panel.post({ kind: 'reply', id: panel.lastRequest, outcome });
}

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: await ensureBrowser() });
for (const theme of themes) {
  for (const width of [320, 700, 1400]) {
    for (const layers of [2, 4, 128]) {
      for (const [name, state] of Object.entries(states)) {
        const title = `${name}-${layers}-${width}-${theme}`;
        if (title.includes(word)) await shoot(title, { theme, width, layers, state });
      }
    }
  }
}
await browser.close();

interface Shot {
  readonly theme: Theme;
  readonly width: number;
  readonly layers: number;
  readonly state: State;
}

async function shoot(title: string, { theme, width, layers, state }: Shot): Promise<void> {
  await using panel = await PanelPage.open(browser, 'layers', { theme, width, height: 860 });
  await panel.post({ kind: 'show', subject, title: 'honest.steer.yaml', strings: {} });
  await panel.page.waitForFunction(() => document.querySelector('h1') !== null);
  while (panel.lastRequest < 0) await panel.page.waitForTimeout(10);
  await state(panel, sampleAnalysis({ layers, isWhole: layers !== 4 }));
  await panel.page.waitForTimeout(200);
  await panel.page.screenshot({ path: join(folder, `${title}.png`), fullPage: layers !== 128 });
  if (panel.complaints.length > 0) console.log(title, panel.complaints);
}
