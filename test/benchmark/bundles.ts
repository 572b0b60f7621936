import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { root } from '../support/steer.ts';

/** The command line and its threads, built as they ship, in a folder; `idle` threads read and write, and compute nothing. */
export async function buildBundles(folder: string, idle: boolean): Promise<string> {
  execFileSync(process.execPath, [join(root, 'esbuild.mjs'), '--kernels'], { cwd: root });
  const entry = (name: string, path: string) =>
    build({
      entryPoints: { [name]: join(root, path) },
      outdir: folder,
      outExtension: { '.js': '.cjs' },
      bundle: true,
      minify: true,
      keepNames: true,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      external: ['onnxruntime-node'],
      loader: { '.wasm': 'binary' },
      define: { 'import.meta.dirname': '__dirname' },
      plugins: idle && name === 'thread' ? [withoutArithmetic] : [],
      logLevel: 'warning',
    });
  await Promise.all([
    entry('steer', 'server/cli/main.ts'),
    entry('thread', 'server/work/thread.ts'),
    entry('probe', 'server/work/probe.ts'),
  ]);
  return join(folder, 'steer.cjs');
}

/** Kernels that do nothing, in a program that is otherwise the same. */
const withoutArithmetic: Plugin = {
  name: 'without-arithmetic',
  setup(bundle) {
    bundle.onLoad({ filter: /kernels[/\\]instantiate\.ts$/ }, () => ({
      contents: 'export const createKernels = () => new Proxy({}, { get: () => () => 0 });',
      loader: 'js',
    }));
  },
};
