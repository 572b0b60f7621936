import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { productNode, root } from '../support/steer.ts';
import { analysisFigures } from './analysis.ts';
import { buildBundles } from './bundles.ts';
import { generationFigures } from './generation.ts';
import { headerMilliseconds } from './headers.ts';
import { ensureModels } from './model.ts';
import { measure, type Measured } from './program.ts';
import { similarityFigures } from './similarity.ts';
import { viewerFigures } from './viewer.ts';

/**
 * `npm run bench [-- --runs N] [-- --only viewer|analysis|similarity|generation]`: what the viewer waits for (`viewer.ts`), how long spectra take (`analysis.ts`), what comparing directions takes (`similarity.ts`), how fast text is generated (`generation.ts`), and how fast `steer write` is, beside the same program without arithmetic and beside
 * scripts of numpy and torch (the `python3` in PATH, or the one that PYTHON names) that do the same. Everything is read
 * from the page cache, every output is a new file that is put on the disk, and programs take turns, so that what
 * disturbs one disturbs all: each ratio is the median of those of the rounds.
 */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, only: { type: 'string' } },
});
const folder = join(root, 'out/benchmark');
const here = import.meta.dirname;
const python = process.env['PYTHON'] ?? 'python3';
/** Three inputs read, one output written. */
const bytes = 4 * 988e6;
const strengths = ['1.3', '-0.7', '0.3', '2'];

mkdirSync(folder, { recursive: true });
const { only } = values;
const rounds = Number(values.runs);
if (only === undefined || only === 'viewer') await viewerFigures(folder, rounds);
if (only === undefined || only === 'analysis')
  await analysisFigures(folder, { runs: rounds, python: has('torch') ? python : undefined });
if (only === undefined || only === 'similarity') await similarityFigures(folder, rounds, python);
if (only === undefined || only === 'generation')
  await generationFigures(folder, {
    runs: Math.min(rounds, 2),
    python: has('transformers') ? python : undefined,
  });
if (only !== undefined) process.exit();
console.log('Models of 0.5 billion parameters (3 GB, made once) …');
const models = ensureModels(folder);
const steer = await buildBundles(join(folder, 'bundles'), false);
const idle = await buildBundles(join(folder, 'idle'), true);
const dense = recipe('dense', models.positive, models.negative);
const lowRank = recipe('low-rank', models.adapters.positive, models.adapters.negative);
const weights = [models.base, models.positive, models.negative].map((model) =>
  join(model, 'model.safetensors'),
);
const factors = Object.values(models.adapters).map((adapter) => join(adapter, 'adapter_model.safetensors'));
const written = join(folder, 'written');
const scripted = join(written, 'model.safetensors');

const programs: Record<string, () => Promise<Measured>> = {
  dense: () => write(steer, dense, '1.3'),
  copied: () => write(idle, dense, '1.3'),
  'dense, four strengths': () => write(steer, dense, ...strengths),
  'copied, four times': () => write(idle, dense, ...strengths),
  adapters: () => write(steer, lowRank, '1.3'),
  ...(has('numpy') && { 'dense, numpy': () => script('denseNumpy.py', ...weights, scripted, '1.3') }),
  ...(has('torch') && {
    'dense, torch': () => script('denseTorch.py', ...weights, scripted, '1.3'),
    'adapters, torch': () =>
      script('adaptersTorch.py', weights[0]!, ...factors, scripted, String((1.3 * 16) / 32)),
  }),
};

const headerTimes = await headerMilliseconds(
  [models.base, models.positive, models.negative],
  AbortSignal.timeout(60_000),
);
const runs = new Map<string, Measured[]>(Object.keys(programs).map((name) => [name, []]));
for (let run = 0; run <= rounds; run++) {
  for (const [name, program] of Object.entries(programs)) {
    rmSync(written, { recursive: true, force: true });
    mkdirSync(written);
    spawnSync('sync'); // Nobody pays for what another has left to write.
    const measured = await program();
    if (run > 0) runs.get(name)!.push(measured); // The first round only warms up.
    process.stdout.write(`\r${run} of ${values.runs}: ${name}, ${measured.seconds.toFixed(2)} s        `);
  }
}
rmSync(written, { recursive: true, force: true });
report();

/** A recipe file. */
function recipe(name: string, positive: string, negative: string): string {
  const path = join(folder, `${name}.steer.yaml`);
  const lines = [
    `base: ${models.base}`,
    `positive: ${positive}`,
    `negative: ${negative}`,
    'output: {format: checkpoint}',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

function write(program: string, recipePath: string, ...strength: readonly string[]): Promise<Measured> {
  const to = ['-o', join(written, '{strength}'), '--device', 'cpu', '--json'];
  return measure(productNode, [program, 'write', recipePath, '--strength', ...strength, ...to]);
}

function script(name: string, ...args: readonly string[]): Promise<Measured> {
  return measure(python, [join(here, name), ...args]);
}

function has(module: string): boolean {
  const found = spawnSync(python, ['-c', `import ${module}`]).status === 0;
  if (!found) console.log(`${python} has no ${module}: nothing is compared with it.`);
  return found;
}

function report(): void {
  console.log('\n');
  const rows = [...runs].map(([name, all]) => [
    name,
    {
      'median s': round(median(all.map(({ seconds }) => seconds))),
      'all s': all.map(({ seconds }) => seconds.toFixed(2)).join(' '),
      'peak MB': round(peak(name)),
    },
  ]);
  console.table(Object.fromEntries(rows));
  console.table({
    'dense, GB/s': { value: perRound(([dense]) => bytes / dense! / 1e9, 'dense'), target: '' },
    'dense : copied, speed': {
      value: perRound(([dense, copied]) => copied! / dense!, 'dense', 'copied'),
      target: '≥ 0.6',
    },
    'dense : numpy, speed': {
      value: perRound(([dense, numpy]) => numpy! / dense!, 'dense', 'dense, numpy'),
      target: '≥ 2',
    },
    'dense : torch, speed': {
      value: perRound(([dense, torch]) => torch! / dense!, 'dense', 'dense, torch'),
      target: '',
    },
    'four strengths : one, beyond writing three more': { value: fourToOne(), target: '≤ 1.5' },
    'adapters : torch, speed': {
      value: perRound(([adapters, torch]) => torch! / adapters!, 'adapters', 'adapters, torch'),
      target: '> 1',
    },
    'dense, peak MB': { value: round(peak('dense')), target: '< 400' },
    'header of a shard, ms': { value: round(median(headerTimes)), target: '< 50' },
  });
}

function fourToOne(): number {
  const names = ['dense', 'dense, four strengths', 'copied', 'copied, four times'];
  return perRound(([one, four, copied, copiedFour]) => (four! - (copiedFour! - copied!)) / one!, ...names);
}

/** The median over the rounds of what a formula makes of the seconds of these programs; NaN where one was not run. */
function perRound(formula: (seconds: readonly number[]) => number, ...names: readonly string[]): number {
  const rounds = runs
    .get('dense')!
    .map((_, run) => names.map((name) => runs.get(name)?.[run]?.seconds ?? Number.NaN));
  return round(median(rounds.map(formula)));
}

function peak(name: string): number {
  return Math.max(...runs.get(name)!.map((run) => run.peak ?? Number.NaN)) / 1e6;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
