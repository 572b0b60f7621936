import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Analysis, layerChart } from './layerChart.ts';

/**
 * `npm start`: the main job on the demo family, with the command line as anyone would use it.
 * `--out DIR` writes elsewhere than media/demo/out/start, `--built` takes dist/ as it is.
 */
const root = resolve(import.meta.dirname, '../..');
const { values } = parseArgs({ options: { out: { type: 'string' }, built: { type: 'boolean' } } });
const out = resolve(root, values.out ?? 'media/demo/out/start');
const node = process.env['STEER_NODE'] ?? process.execPath;
const recipe = 'media/demo/honest.steer.yaml';
const checkpoint = join(out, 'honest-k1');
const adapter = join(out, 'honest-k1-adapter');
const direction = join(out, 'honest-direction');

if (values.built !== true) {
  console.log('Building …');
  run(process.execPath, ['esbuild.mjs', '--production'], 'inherit');
}
mkdirSync(out, { recursive: true });

say('The direction: honest minus sycophantic, two small adapters of one base.');
steer('contrast', recipe, '-o', direction, '--force');

say('How far it reaches in each layer.');
const analysis = steer('analyze', recipe, '--json');
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The command line's documented output.
console.log(layerChart(JSON.parse(analysis) as Analysis));

say('The base moved along it, written as a whole checkpoint.');
steer('write', recipe, '-o', checkpoint, '--force');

say('The same as an adapter that loads on the base.');
steer('write', recipe, '--format', 'adapter', '-o', adapter, '--force');

say('Done. To look at next:');
for (const [what, why] of [
  [recipe, 'the recipe: change the strength and run this again'],
  ['media/demo/README.md', 'what the demo family is, and what each strength does to it'],
  [show(checkpoint), 'loads with transformers; README.md and steering.json in it say how it was made'],
  [show(adapter), 'loads with PEFT, on media/demo/base'],
  ['README.md', 'a tour of five minutes, and the same commands for your own models'],
] as const) {
  console.log(`  ${what.padEnd(32)}  ${why}`);
}

/** Runs the built command line and gives back its result: shown too, unless it is JSON. */
function steer(...args: readonly string[]): string {
  const json = args.includes('--json');
  console.log(`$ weight-steering ${args.map(show).join(' ')}`);
  return run(node, ['dist/steer.cjs', ...args], json ? 'pipe' : 'inherit');
}

function run(command: string, args: readonly string[], stdout: 'inherit' | 'pipe'): string {
  const {
    status,
    stdout: printed,
    error,
  } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', stdout, 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
  return printed;
}

function say(text: string): void {
  console.log(`\n${text}`);
}

function show(path: string): string {
  return path.startsWith(root) ? relative(root, path) : path;
}
