import { keepHeapSmall } from '../smallHeap.ts';
import { runCommandLine } from './commandLine.ts';
import { interruption } from './interruption.ts';
import { nodeProblem } from './nodeFloor.ts';

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const problem = nodeProblem(process.versions.node);
  if (problem !== undefined) return refuse(problem, asksForJson(args));
  const status = await runCommandLine(args, {
    folder: process.cwd(),
    json: asksForJson(args),
    signal: interruption(),
    stdout: process.stdout,
    stderr: process.stderr,
  });
  for (const stream of [process.stdout, process.stderr]) await flushed(stream);
  // ONNX Runtime and the threads may hold on to the process; everything of theirs has been closed.
  process.exit(status);
}

function refuse(message: string, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ error: { code: 'usage', message } })}\n`);
  else process.stderr.write(`error: ${message}\n`);
  process.exitCode = 2;
}

/** Whoever reads may stop reading (`| head`): that is no failure. A disk that is full (`> file`) is one. */
function onStreamError(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') fail(`cannot print: ${error.message}`);
}

/** Status 1, which Node.js would end with, is for checks. */
function fail(reason: unknown): void {
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  process.stderr.write(`error: ${text}\n`, () => process.exit(2));
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => stream.write('', () => done()));
}

/** Known before anything is parsed, so that a mistake in the arguments is JSON too. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).includes('--json');
}

keepHeapSmall();
for (const stream of [process.stdout, process.stderr]) stream.on('error', onStreamError);
process.on('uncaughtException', fail);
main().catch(fail);
