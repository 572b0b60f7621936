import { parentPort, workerData } from 'node:worker_threads';
import { inputsFor } from './inputs.ts';
import { outcomeOf } from './outcome.ts';
import { createParsers } from './parsers.ts';

export interface FuzzTask {
  readonly parser: string;
  readonly count: number;
  readonly seed: number;
  /** Where the number of the input that is being read is written. */
  readonly place: SharedArrayBuffer;
}

export interface FuzzResult {
  readonly outcomes: ReadonlyMap<string, number>;
  readonly slowestMilliseconds: number;
  /** Its number. */
  readonly slowest: number;
  readonly residentBytes: number;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `main.ts` starts this, and nobody else.
const { parser: name, count, seed, place } = workerData as FuzzTask;
using parsers = createParsers();
const parser = parsers.all.find((each) => each.name === name);
if (parser === undefined) throw new Error(`There is no parser ${name}.`);

const current = new Int32Array(place);
const outcomes = new Map<string, number>();
let [slowest, slowestMilliseconds, residentBytes, number] = [0, 0, 0, 0];
for (const bytes of inputsFor(parser, seed)) {
  Atomics.store(current, 0, number);
  const start = performance.now();
  const outcome = await outcomeOf(parser, bytes);
  const milliseconds = performance.now() - start;
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  if (milliseconds > slowestMilliseconds) [slowest, slowestMilliseconds] = [number, milliseconds];
  if (number % 1024 === 0) residentBytes = Math.max(residentBytes, process.memoryUsage.rss());
  if (++number === count) break;
}
parentPort?.postMessage({ outcomes, slowest, slowestMilliseconds, residentBytes } satisfies FuzzResult);
