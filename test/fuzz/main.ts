import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { inputsFor } from './inputs.ts';
import { createParsers, type Parser } from './parsers.ts';
import type { FuzzResult, FuzzTask } from './worker.ts';

/**
 * `npm run fuzz -- [N] [--seed S] [--parser NAME]`: N inputs (a million) over all parsers, each in a thread of its own that is ended
 * where one input takes too long or too much memory. What fails is printed with its input, and the exit status is 1.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, parser: { type: 'string' } },
});
const total = Number(positionals[0] ?? 1e6);
const seed = Number(values.seed);
const longestMilliseconds = 2000;
const mostMegabytes = 256;

using parsers = createParsers();
const chosen = parsers.all.filter(({ name }) => values.parser === undefined || name === values.parser);
const weight = chosen.reduce((sum, { share }) => sum + 1 / share, 0);
let failed = false;
for (const parser of chosen) {
  const count = Math.max(1, Math.round(total / parser.share / weight));
  const start = performance.now();
  const result = await fuzz(parser, count);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  failed ||= typeof result === 'string';
  console.log(
    `${parser.name}: ${count} inputs, ${seconds} s. ${typeof result === 'string' ? result : summary(result)}`,
  );
}
process.exitCode = failed ? 1 : 0;

/** A string is what went wrong. */
async function fuzz(parser: Parser, count: number): Promise<FuzzResult | string> {
  const place = new SharedArrayBuffer(4);
  const workerData: FuzzTask = { parser: parser.name, count, seed, place };
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
  });
  const ended = Promise.withResolvers<FuzzResult | string>();
  worker.once('message', (result: FuzzResult) => ended.resolve(result));
  worker.once('error', (error) => ended.resolve(described(error)));
  const stop = watch(parser, new Int32Array(place), (problem) => ended.resolve(problem));
  const result = await ended.promise;
  stop();
  await worker.terminate();
  return result;
}

/** An input that is still the same one after the time that it has. */
function watch(parser: Parser, current: Int32Array, hung: (problem: string) => void): () => void {
  let before = -1;
  const timer = setInterval(() => {
    const number = Atomics.load(current, 0);
    if (number === before && number > 0)
      hung(`Input ${number} takes more than ${longestMilliseconds} ms: ${inputAt(parser, number)}`);
    before = number;
  }, longestMilliseconds);
  return () => clearInterval(timer);
}

function inputAt(parser: Parser, wanted: number): string {
  let number = 0;
  for (const bytes of inputsFor(parser, seed))
    if (number++ === wanted) return Buffer.from(bytes).toString('base64');
  return '';
}

function described(error: Error): string {
  return `${error.message}\n${error.cause instanceof Error ? error.cause.stack : error.stack}`;
}

function summary({ outcomes, slowest, slowestMilliseconds, residentBytes }: FuzzResult): string {
  const counts = [...outcomes]
    .toSorted(([, one], [, other]) => other - one)
    .map(([code, count]) => `${code} ${count}`);
  const memory = `${Math.round(residentBytes / 2 ** 20)} MiB resident`;
  return `Slowest: ${slowestMilliseconds.toFixed(1)} ms (input ${slowest}). ${memory}. ${counts.join(', ')}`;
}
