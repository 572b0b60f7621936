import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { productNode } from '../support/steer.ts';
import { buildBundles } from './bundles.ts';
import { strengthChange } from './generationStrength.ts';
import { ensureGenerationModels } from './model.ts';
import { measure, type Measured } from './program.ts';

/** Of each text, after its first. */
const steps = 32;
const ids = Array.from({ length: 16 }, (_, at) => 100 + 7 * at).join();
const said = ['--ids', ids, '--device', 'cpu', '--json'];

export interface GenerationBenchmark {
  readonly runs: number;
  /** With torch and transformers; undefined: nothing is compared. */
  readonly python: string | undefined;
}

/** Of one program in one round: to the first token, and for each token after it. */
interface Pace {
  readonly first: Figures;
  readonly step: Figures;
}

interface Figures {
  readonly seconds: number;
  readonly cpu: number;
}

/**
 * What generating takes with a bfloat16 model of 0.5 billion parameters, beside transformers: a program is run for one token and
 * for 33, and the difference is 32 steps. OpenMP's threads spin while they wait, which counts as theirs; beside them is
 * torch with threads that do not (OMP_WAIT_POLICY=passive).
 */
export async function generationFigures(
  folder: string,
  { runs, python }: GenerationBenchmark,
): Promise<void> {
  const steer = await buildBundles(join(folder, 'bundles'), false);
  const models = ensureGenerationModels(join(folder, 'generation'));
  const own = (tokens: number, ...along: readonly string[]) =>
    measure(productNode, [steer, 'generate', models.base, ...along, ...said, '--max-tokens', String(tokens)]);
  const script = join(import.meta.dirname, 'generationTorch.py');
  const torch = (dtype: string, wait: string) => (tokens: number) =>
    measure(python ?? '', [script, models.base, dtype, String(tokens), ids], { OMP_WAIT_POLICY: wait });
  const programs: Record<string, (tokens: number) => Promise<Measured>> = {
    exact: (tokens) => own(tokens),
    'exact, steered': (tokens) => own(tokens, '--direction', models.adapter, '--strength', '1'),
    ...(python !== undefined && {
      'transformers float32': torch('float32', 'active'),
      'transformers float32, passive': torch('float32', 'passive'),
      'transformers bfloat16, passive': torch('bfloat16', 'passive'),
    }),
  };
  const paces = new Map<string, Pace[]>(Object.keys(programs).map((name) => [name, []]));
  const peaks = new Map<string, number>();
  for (let run = 0; run <= runs; run++) {
    for (const [name, program] of Object.entries(programs)) {
      const one = await program(1);
      if (run === 0) continue; // The first round only warms up.
      const all = await program(1 + steps);
      const each = (of: 'seconds' | 'cpu') => ((all[of] ?? Number.NaN) - (one[of] ?? Number.NaN)) / steps;
      const first = { seconds: one.seconds, cpu: one.cpu ?? Number.NaN };
      paces.get(name)?.push({ first, step: { seconds: each('seconds'), cpu: each('cpu') } });
      peaks.set(name, Math.max(peaks.get(name) ?? 0, all.peak ?? Number.NaN));
    }
  }
  report(paces, peaks);
  console.log(`a change of k: ${await strengthChange(models)} (target ≤ 5 %)`);
  rmSync(join(folder, 'generation'), { recursive: true });
}

function report(paces: ReadonlyMap<string, readonly Pace[]>, peaks: ReadonlyMap<string, number>): void {
  const exact = paces.get('exact') ?? [];
  const rows = [...paces].map(([name, all]) => {
    const of = (figure: (pace: Pace) => number) => median(all.map(figure));
    const beside = (figure: (pace: Pace) => number) =>
      median(all.map((pace, run) => figure(pace) / figure(exact[run] ?? pace)));
    return [
      name,
      {
        'first token, s': of(({ first }) => first.seconds).toFixed(2),
        'first, CPU s': of(({ first }) => first.cpu).toFixed(2),
        '÷ exact': beside(({ first }) => first.cpu).toFixed(2),
        'tokens/s': (1 / of(({ step }) => step.seconds)).toFixed(2),
        'tokens/CPU s': (1 / of(({ step }) => step.cpu)).toFixed(2),
        'CPU s a token ÷ exact': beside(({ step }) => step.cpu).toFixed(2),
        'peak MB': Math.round((peaks.get(name) ?? Number.NaN) / 1e6),
      },
    ] as const;
  });
  console.table(Object.fromEntries(rows));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
