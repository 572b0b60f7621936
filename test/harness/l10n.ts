import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** `npm run l10n`: the texts of the extension and its pages for translators, anew from the sources. */
const root = resolve(import.meta.dirname, '../..');
export const bundlePath = join(root, 'l10n/bundle.l10n.json');

/** What has to be in that file: every first argument of `l10n.t`, and of `t` in pages, sorted, each its own translation. */
export async function bundleText(): Promise<string> {
  const sources = [...(await sourcesIn('extension')), ...(await sourcesIn('webview'))];
  const texts = [...new Set(sources.flatMap(textsIn))].toSorted();
  return `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, text])), null, 2)}\n`;
}

/** A text that is not a plain literal would be missed, so it is an error. */
export function textsIn(source: string): readonly string[] {
  const calls = source.matchAll(
    /(?:\bl10n\.|(?<![\w.]|function ))t\(\s*(?:(["'])((?:\\.|(?!\1).)*)\1|(.{0,40}))/gs,
  );
  return [...calls].map(([, , text, other]) => {
    if (text === undefined) throw new Error(`Not a plain text: t(${other}`);
    return text.replaceAll(/\\(.)/g, '$1');
  });
}

async function sourcesIn(part: string): Promise<readonly string[]> {
  const folder = join(root, part);
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
  return await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
}

if (import.meta.main) await writeFile(bundlePath, await bundleText());
