import { readFileSync } from 'node:fs';
import { ServerError } from '../../server/errors.ts';
import type { DeviceReport, Job, Work } from '../../server/work/job.ts';
import { createWork, type WorkOptions } from '../../server/work/work.ts';

/** What the bundle of this file reads from the file that its argument names. */
export interface JobRequest {
  readonly options: Omit<WorkOptions, 'signal'>;
  /** Run one after the other on one engine. */
  readonly jobs: readonly Job[];
  /** Cancel the first job when this many units are done. */
  readonly cancelAfter?: number;
}

/** What it writes to its standard output, as JSON. */
export interface JobReply {
  /** Why there is no engine. */
  readonly refused?: Problem;
  /** Before the first job and after the last. */
  readonly devices: readonly DeviceReport[];
  readonly runs: readonly RunReply[];
  readonly node: string;
}

export interface RunReply {
  readonly milliseconds: number;
  readonly units: number;
  readonly problem?: Problem;
}

export interface Problem {
  readonly code?: string;
  readonly subject?: string;
  readonly message: string;
}

/** Runs jobs in a process of its own, so that tests can choose the Node and benchmarks can ask for its memory. */
async function main(): Promise<void> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Tests and benchmarks write this file, by this very type.
  const request = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as JobRequest;
  process.stdout.write(
    JSON.stringify({ node: process.version, ...(await answer(request)) } satisfies JobReply),
  );
}

async function answer(request: JobRequest): Promise<Omit<JobReply, 'node'>> {
  const runs: RunReply[] = [];
  try {
    await using work = await createWork(request.options);
    const before = work.device;
    for (const job of request.jobs) runs.push(await run(work, job, request.cancelAfter));
    return { devices: [before, work.device], runs };
  } catch (error) {
    return { refused: problemOf(error), devices: [], runs };
  }
}

async function run(work: Work, job: Job, cancelAfter?: number): Promise<RunReply> {
  const controller = new AbortController();
  const start = performance.now();
  let units = 0;
  const onUnit = () => {
    units += 1;
    if (units === cancelAfter) controller.abort(new Error('enough'));
  };
  const problem = await work.run(job, { signal: controller.signal, onUnit }).then(() => undefined, problemOf);
  const milliseconds = performance.now() - start;
  return { milliseconds, units, ...(problem === undefined ? {} : { problem }) };
}

function problemOf(error: unknown): Problem {
  if (error instanceof ServerError)
    return { code: error.code, subject: error.subject, message: error.message };
  return { message: error instanceof Error ? error.message : String(error) };
}

void main();
