import { fork } from 'node:child_process';

/** What a look at the GPU has found; times are milliseconds of one and the same product. */
export type ProbeResult =
  | { readonly usable: true; readonly webgpu: number; readonly cpu: number }
  | { readonly usable: false; readonly reason: string };

/** The first shader takes long to compile; a driver that needs longer than this is stuck. */
const patienceMilliseconds = 30_000;

const results = new Map<string, Promise<ProbeResult>>();

/** Tries WebGPU in a process of its own (the bundle of `probe.ts`), once per process: drivers do not change meanwhile. */
export function probeWebGpu(script: string): Promise<ProbeResult> {
  const known = results.get(script) ?? probe(script);
  results.set(script, known);
  return known;
}

function probe(script: string): Promise<ProbeResult> {
  const { promise, resolve } = Promise.withResolvers<ProbeResult>();
  const child = fork(script, [], { stdio: 'ignore', execArgv: [], timeout: patienceMilliseconds });
  const refuse = (reason: string) => resolve({ usable: false, reason });
  child.once('message', (result) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The script is ours and sends nothing else.
    resolve(result as ProbeResult);
  });
  child.once('error', (error) => refuse(error.message));
  child.once('exit', (code, signal) => refuse(`trying it ended the process that tried (${signal ?? code})`));
  return promise;
}
