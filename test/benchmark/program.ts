import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Measured {
  readonly seconds: number;
  /** Peak resident memory, in bytes; undefined where there is no /proc to ask. */
  readonly peak: number | undefined;
  /** Of all its threads; to 10 ms. Undefined as above. */
  readonly cpu: number | undefined;
  readonly stdout: string;
}

/** Runs a program to its end, and watches its memory. Throws with what it said where it fails. */
export async function measure(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const start = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let stdout = '';
  let stderr = '';
  let peak: number | undefined;
  let cpu: number | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const timer = setInterval(() => {
    peak = peakOf(child.pid) ?? peak;
    cpu = cpuOf(child.pid) ?? cpu;
  }, 10);
  const [code] = await once(child, 'close');
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr}`);
  return { seconds: (performance.now() - start) / 1000, peak, cpu, stdout };
}

/** The kernel keeps the highest value, so the last look before the end is what counts. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

/** User and system time, in hundredths of a second behind the program's name in brackets. A process that has ended has none left. */
function cpuOf(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    return ticks > 0 ? ticks / 100 : undefined;
  } catch {
    return undefined;
  }
}
