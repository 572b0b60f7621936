import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from '#protocol/failure.ts';
import type { FromPanel, PanelMethod, PanelRequest, ToPanel } from '#protocol/panel.ts';
import { type Browser, chromium, type Page } from 'playwright-core';
import { pageHtml } from '../../extension/panels/html.ts';
import { ensureBrowser } from '../harness/ensureWorkbench.ts';
import { root } from '../support/steer.ts';

export type Theme = 'dark' | 'light' | 'highContrast' | 'highContrastLight';
export const themes: readonly Theme[] = ['dark', 'light', 'highContrast', 'highContrastLight'];

/** Where pictures go. */
export const results = join(root, 'test-results');

/** A browser for the pages of a bundle, which has to be built, and a folder for their pictures. */
export async function browserFor(bundle: string): Promise<Browser> {
  if (!existsSync(join(root, `dist/${bundle}.js`))) throw new Error('Build first: npm run build');
  await mkdir(results, { recursive: true });
  return await chromium.launch({ executablePath: await ensureBrowser() });
}

interface Options {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** What VS Code has kept for the page. */
  readonly state?: unknown;
  /** What the server says; undefined: nothing yet. */
  readonly answer?: (request: PanelRequest<PanelMethod>) => Outcome<unknown> | undefined;
}

/** A built page in a browser, with its real policy, under the variables of a real theme; the test is VS Code. */
export class PanelPage implements AsyncDisposable {
  readonly page: Page;
  /** All that the page has said. */
  readonly said: FromPanel[] = [];
  /** What the policy has refused, and what was thrown. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, name: string, options: Options = {}): Promise<PanelPage> {
    const { theme = 'dark', width = 700, height = 900, state = null, answer } = options;
    const page = await browser.newPage({ viewport: { width, height } });
    const panel = new PanelPage(page);
    page.on('pageerror', (error) => panel.complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && panel.complaints.push(message.text()));
    await page.exposeFunction('say', async (message: FromPanel) => {
      panel.said.push(message);
      const outcome = message.kind === 'request' ? answer?.(message) : undefined;
      if (message.kind === 'request' && outcome !== undefined)
        await panel.post({ kind: 'reply', id: message.id, outcome });
    });
    await page.exposeFunction('complain', (text: string) => void panel.complaints.push(text));
    await page.addInitScript(host, { state, theme: await readTheme(theme) });
    await page.route(`${origin}/**`, async (route) => {
      const path = new URL(route.request().url()).pathname;
      if (path === '/') {
        const body = pageHtml({ script: `${origin}/${name}.js`, style: `${origin}/${name}.css` });
        await route.fulfill({ contentType: 'text/html', body });
      } else await route.fulfill({ path: join(root, 'dist', path) });
    });
    await page.goto(`${origin}/`);
    return panel;
  }

  /** As the extension does. */
  async post(message: ToPanel): Promise<void> {
    await this.page.evaluate(
      (message) => dispatchEvent(new MessageEvent('message', { data: message })),
      message,
    );
  }

  async setTheme(theme: Theme): Promise<void> {
    await this.page.evaluate(wear, await readTheme(theme));
  }

  /** The last request, which messages must name. */
  get lastRequest(): number {
    const requests = this.said.filter((message) => message.kind === 'request');
    return requests.at(-1)?.id ?? -1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close();
  }
}

/** What `open` exposes to the page. */
declare function say(message: unknown): void;
declare function complain(text: string): void;

const origin = 'https://panel.test';

interface ThemeVariables {
  readonly kind: string;
  readonly variables: Readonly<Record<string, string>>;
}

async function readTheme(theme: Theme): Promise<ThemeVariables> {
  const all: Record<Theme, ThemeVariables> = JSON.parse(
    await readFile(join(root, 'test/fixtures/themes.json'), 'utf8'),
  );
  return all[theme];
}

/** Runs in the page: what VS Code puts there before the page's own script. */
function host({ state, theme }: { state: unknown; theme: ThemeVariables }): void {
  let kept = state;
  let wasAcquired = false;
  const acquireVsCodeApi = () => {
    if (wasAcquired) throw new Error('An instance of the VS Code API has already been acquired');
    wasAcquired = true;
    return { postMessage: say, getState: () => kept, setState: (state: unknown) => (kept = state) };
  };
  Object.assign(globalThis, { acquireVsCodeApi, keptState: () => kept });
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
    complain(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`),
  );
  addEventListener('DOMContentLoaded', () => {
    document.body.className = theme.kind;
    document.body.dataset['vscodeThemeKind'] = theme.kind.split(' ')[0]!;
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(name, value);
  });
}

/** Runs in the page: a change of theme, as VS Code does it. */
function wear({ kind, variables }: ThemeVariables): void {
  document.documentElement.style.cssText = '';
  for (const [name, value] of Object.entries(variables))
    document.documentElement.style.setProperty(name, value);
  document.body.dataset['vscodeThemeKind'] = kind.split(' ')[0]!;
  document.body.className = kind;
}
