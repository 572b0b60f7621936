import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openWorkbench } from './workbench.ts';

/**
 * `node test/harness/themeColors.ts`: writes test/fixtures/themes.json anew, the variables that VS Code gives to pages
 * in its four default themes, as far as a page or the toolkit uses them. A throw-away extension asks a real webview.
 */
const root = resolve(import.meta.dirname, '../..');
const fixture = join(root, 'test/fixtures/themes.json');
const folder = await mkdtemp(join(tmpdir(), 'themes-'));
const answer = join(folder, 'themes.json');

const manifest = {
  name: 'themes',
  publisher: 'test',
  version: '0.0.1',
  engines: { vscode: '^1.110.0' },
  main: './main.js',
  activationEvents: ['onStartupFinished'],
};

const main = `
const vscode = require('vscode');
const { writeFileSync, renameSync } = require('node:fs');
const themes = {
  dark: 'Dark 2026',
  light: 'Light 2026',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
};
const page = \`<script>
  const host = acquireVsCodeApi();
  setInterval(() => host.postMessage({
    theme: document.body.dataset.vscodeThemeId,
    kind: document.body.className,
    variables: document.documentElement.style.cssText,
  }), 200);
</script>\`;
exports.activate = async () => {
  const panel = vscode.window.createWebviewPanel('themes', 'Themes', 1, { enableScripts: true });
  panel.webview.html = page;
  const found = {};
  for (const [key, name] of Object.entries(themes)) {
    await vscode.workspace.getConfiguration('workbench').update('colorTheme', name, true);
    found[key] = await new Promise((resolve) => {
      const listening = panel.webview.onDidReceiveMessage((message) => {
        if (message.theme !== name) return;
        listening.dispose();
        resolve({ kind: message.kind, variables: message.variables });
      });
    });
  }
  writeFileSync(${JSON.stringify(`${answer}.partial`)}, JSON.stringify(found));
  renameSync(${JSON.stringify(`${answer}.partial`)}, ${JSON.stringify(answer)});
};
`;

try {
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'main.js'), main);
  await using workbench = await openWorkbench({ folder, extensions: [folder] });
  for (let second = 0; second < 90 && !existsSync(answer); second++) await setTimeout(1000);
  if (!existsSync(answer)) throw new Error(`No answer.\n${workbench.log().slice(-2000)}`);
  const themes: Record<string, { kind: string; variables: string }> = JSON.parse(
    await readFile(answer, 'utf8'),
  );
  const used = await usedVariables();
  const kept = Object.entries(themes).map(([name, { kind, variables }]) => [
    name,
    { kind, variables: pick(variables, used) },
  ]);
  await writeFile(fixture, `${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function usedVariables(): Promise<ReadonlySet<string>> {
  const tokens = 'node_modules/@vscode/webview-ui-toolkit/dist/design-tokens.js';
  const sources = ['webview/base.css', 'webview/layers/layers.css', 'webview/theme.ts', tokens];
  const texts = await Promise.all(sources.map((path) => readFile(join(root, path), 'utf8')));
  const charts = ['blue', 'orange', 'green', 'purple', 'yellow', 'red'].map(
    (name) => `--vscode-charts-${name}`,
  );
  return new Set([...texts.join('\n').matchAll(/--vscode-[\w-]+/g)].map(([name]) => name).concat(charts));
}

function pick(cssText: string, used: ReadonlySet<string>): Record<string, string> {
  const all = cssText.split(/;\s*(?=--)/).map((entry) => entry.replace(/;\s*$/, '').split(/:\s*(.*)/s));
  return Object.fromEntries(
    all.filter(([name]) => used.has(name ?? '')).map(([name, value]) => [name, value]),
  );
}
