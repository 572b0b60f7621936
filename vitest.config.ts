import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { TallyReporter } from './test/harness/tallyReporter.ts';

/** What esbuild's `binary` loader does in the bundles: a `.wasm` import is its bytes. */
const wasm: Plugin = {
  name: 'wasm',
  enforce: 'pre',
  // Vitest keeps modules from run to run, and would not notice that the kernels were built again.
  configureVitest: ({ defineCacheKeyGenerator }) => {
    defineCacheKeyGenerator(({ id }) => (id.endsWith('.wasm') ? false : undefined));
  },
  async load(id) {
    if (!id.endsWith('.wasm')) return undefined;
    const base64 = (await readFile(id)).toString('base64');
    return `export default Uint8Array.from(Buffer.from('${base64}', 'base64'));`;
  },
};

/** What esbuild's `text` loader does in the pages: an `.svg` import is its markup. */
const svg: Plugin = {
  name: 'svg',
  enforce: 'pre',
  async load(id) {
    return id.endsWith('.svg') ? `export default ${JSON.stringify(await readFile(id, 'utf8'))};` : undefined;
  },
};

const tally = process.env['TALLY'];

export default defineConfig({
  test: {
    reporters: ['default', ...(tally === undefined ? [] : [new TallyReporter(tally)])],
    projects: [
      {
        plugins: [wasm, svg],
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        resolve: { alias: { vscode: resolve(import.meta.dirname, 'test/support/vscode.ts') } },
        test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 30_000 },
      },
      {
        plugins: [wasm],
        test: {
          name: 'process',
          include: ['test/process/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'ui',
          expect: { poll: { timeout: 15_000 } },
          include: ['test/ui/**/*.spec.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
