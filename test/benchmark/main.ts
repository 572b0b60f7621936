import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { productNode, root } from '../support/steer.ts';
import { buildBundles } from './bundles.ts';
import { headerMilliseconds } from './headers.ts';
import { ensureModels } from './model.ts';
import { measure, type Measured } from './program.ts';

/**
 * `npm run bench [-- --runs N]`: how fast `steer write` is, beside the same program without arithmetic and beside
 * scripts of numpy and torch (the `python3` in PATH, or the one that PYTHON names) that do the same. Everything is read
 * from the page cache, every output is a new file, and programs take turns, so that what disturbs one disturbs all.
 */
const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const folder = join(root, 'out/benchmark');
const here = import.meta.dirname;
const python = process.env['PYTHON'] ?? 'python3';
const strengths = ['1.3', '-0.7', '0.3', '2'];

mkdirSync(folder, { recursive: true });
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
for (let run = 0; run <= Number(values.runs); run++) {
  for (const [name, program] of Object.entries(programs)) {
    rmSync(written, { recursive: true, force: true });
    mkdirSync(written);
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
  const seconds = (name: string) => median((runs.get(name) ?? []).map((run) => run.seconds));
  const bytes = 4 * 988e6;
  console.log('\n');
  console.table(
    Object.fromEntries(
      [...runs].map(([name, all]) => [
        name,
        {
          'median s': round(seconds(name)),
          'all s': all.map((run) => run.seconds.toFixed(2)).join(' '),
          'peak MB': round(Math.max(...all.map((run) => run.peak ?? Number.NaN)) / 1e6),
        },
      ]),
    ),
  );
  const three = seconds('copied, four times') - seconds('copied');
  const ratio = (what: string, value: number, target: string) =>
    [what, { value: round(value), target }] as const;
  console.table(
    Object.fromEntries([
      ratio('dense, GB/s', bytes / seconds('dense') / 1e9, ''),
      ratio('dense : copied, speed', seconds('copied') / seconds('dense'), '≥ 0.6'),
      ratio('dense : numpy, speed', seconds('dense, numpy') / seconds('dense'), '≥ 2'),
      ratio('dense : torch, speed', seconds('dense, torch') / seconds('dense'), ''),
      ratio(
        'four strengths : one, without writing three',
        (seconds('dense, four strengths') - three) / seconds('dense'),
        '≤ 1.5',
      ),
      ratio('adapters : torch, speed', seconds('adapters, torch') / seconds('adapters'), '> 1'),
      ratio(
        'dense, peak MB',
        Math.max(...runs.get('dense')!.map((run) => run.peak ?? Number.NaN)) / 1e6,
        '< 400',
      ),
      ratio('header of a shard, ms', median(headerTimes), '< 50'),
    ]),
  );
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
