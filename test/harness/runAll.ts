import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ensureNode22 } from './ensureNode22.ts';
import { endWithThis, runNode } from './programs.ts';
import { failure, sum, type Tally, tallyLeft, tallyOfMocha, tallyOfVitest } from './tally.ts';

/** `npm test`: every suite, whatever became of those before it, and one line that adds them up. */
const root = resolve(import.meta.dirname, '../..');
const results = join(root, 'test-results');

interface Suite {
  readonly title: string;
  readonly run: () => Promise<Tally>;
}

const suites: readonly Suite[] = [
  { title: 'build', run: () => program('esbuild.mjs') },
  { title: 'check', run: () => program('--run', 'check') },
  { title: 'unit tests', run: () => vitest('unit') },
  { title: 'process tests', run: () => vitest('process') },
  {
    title: 'process tests on Node 22',
    run: async () => vitest('process', { STEER_NODE: await ensureNode22() }),
  },
  { title: 'integration tests in VS Code', run: integration },
  { title: 'UI tests in VS Code', run: () => vitest('ui') },
];

endWithThis();
await rm(results, { recursive: true, force: true });
await mkdir(results);
const tallies: Tally[] = [];
for (const suite of suites) tallies.push(await runSuite(suite));
report(sum(tallies));

async function runSuite({ title, run }: Suite): Promise<Tally> {
  console.log(`\n── ${title} (${tallies.length + 1} of ${suites.length}) ──`);
  const start = performance.now();
  const { passed, failed, skipped } = await run().catch((error: unknown) => failure(String(error)));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`── ${title}: ${failed.length === 0 ? 'ok' : 'FAILED'}, ${seconds} s ──`);
  return {
    passed,
    failed: failed.map((name) => `${title}: ${name}`),
    skipped: skipped.map((skip) => ({ ...skip, name: `${title}: ${skip.name}` })),
  };
}

/** A program that is not a test counts only when it fails. */
async function program(...args: readonly string[]): Promise<Tally> {
  const code = await runNode(args);
  return code === 0 ? sum([]) : failure(`node ${args.join(' ')} ended with ${code}`);
}

async function vitest(project: string, env: Record<string, string> = {}): Promise<Tally> {
  const path = join(results, `tally-${tallies.length}.json`);
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', project];
  const code = await runNode(args, { ...env, TALLY: path });
  return tallyLeft(path, tallyOfVitest, code);
}

async function integration(): Promise<Tally> {
  const code = await runNode(['test/harness/integration.ts']);
  return tallyLeft(join(results, 'integration.json'), tallyOfMocha, code);
}

function report({ passed, failed, skipped }: Tally): void {
  console.log('');
  for (const { name, reason } of skipped)
    console.log(`skipped  ${name}${reason === '' ? '' : `: ${reason}`}`);
  for (const name of failed) console.log(`FAILED   ${name}`);
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
